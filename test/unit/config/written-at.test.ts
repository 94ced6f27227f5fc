import { describe, expect, it } from 'vitest';
import { parseConfig } from '../../../src/config/load.ts';
import { located } from '../../../src/config/written-at.ts';
import { UserError } from '../../../src/errors.ts';

const config = parseConfig(
  'app: a\nimage: { repository: r.example/a }\nenvironments:\n  staging:\n    namespace: s\n    services:\n      cache: redis\n',
  'slipway.yml',
);
const at = (message: string) => located(new UserError(message), () => config).location;

describe('the place of an error of a plan', () => {
  it('is that of the key that its message begins with, or of its nearest parent in the file', () => {
    expect(at('environments.staging.services.cache: the name is taken')).toMatchObject({ line: 7, column: 7 });
    expect(at('environments.staging.tls: there is none')).toMatchObject({ file: 'slipway.yml', line: 4 });
    expect(at('environments.staging.services.cache is no host')).toMatchObject({ line: 7 });
  });

  it('is none for other messages, and for keys that are not in the file', () => {
    for (const message of [
      'image: it is gone',
      'review.host: x',
      'Deployment a.b: x',
      'r.example/a: x',
      'staging.a: x',
    ]) {
      expect(at(message)).toBeUndefined();
    }
  });

  it('keeps a place that is there, and the error where the file cannot be read', () => {
    const own = new UserError('environments.staging: x', { location: { file: 'other.yml' } });
    expect(located(own, () => config)).toBe(own);
    const error = new UserError('environments.staging.host: x');
    const broken = () => {
      throw new UserError('broken');
    };
    expect(located(error, broken)).toBe(error);
  });
});
