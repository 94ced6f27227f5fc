import { imagesOf } from '../../config/images.ts';
import type { Config } from '../../config/schema.ts';
import { requiredTests } from '../../config/tests.ts';
import { suitesOf } from '../images/suites.ts';
import type { WantedSuite } from './pick.ts';

/**
 * The tests that `tests.required` asks evidence for, by image; empty for an image without any.
 * @param exactly with their present definition; otherwise, for an image of an earlier commit, by name alone
 */
export function requiredSuites(config: Config, exactly: boolean): Record<string, WantedSuite[]> {
  const required = requiredTests(config);
  const wanted = Object.keys(imagesOf(config)).map((image) => {
    const suites = suitesOf(image, config).filter(({ name }) => required.includes(name));
    return [image, suites.map(({ name, hash }) => ({ name, hash: exactly ? hash : undefined }))] as const;
  });
  return Object.fromEntries(wanted);
}
