import { createHash } from 'node:crypto';
import { imageOfTest } from '../../config/images.ts';
import type { Config, TestConfig } from '../../config/schema.ts';
import { testsOf } from '../../config/tests.ts';

/** A test of slipway.yml that runs in an image. */
export interface Suite {
  name: string;
  /** Hash of its definition: 64 hexadecimal digits. */
  hash: string;
}

/** The tests that vouch for an image before it is pushed. */
export function suitesOf(image: string, config: Config): Suite[] {
  return Object.entries(testsOf(config))
    .filter(([, test]) => test.against === undefined && imageOfTest(test, config) === image)
    .map(([name, test]) => ({ name, hash: suiteHash(test) }));
}

/** Equal for equal definitions, whatever the order of their keys is. The image and its stages have source keys. */
export function suiteHash(test: TestConfig): string {
  return createHash('sha256').update(JSON.stringify(test, sortedKeys)).digest('hex');
}

function sortedKeys(_key: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}
