import { describe, expect, it } from 'vitest';
import { podTemplateOf } from '../../../../src/objects/pod-template.ts';
import { withSecretEnv } from '../../../../src/objects/secret-env/secret-env.ts';
import { APP_IMAGE, webOf } from '../../../support/unit/rendered.ts';

const given = (own: 'replace' | 'refuse', env: object[]) => {
  const secret = { name: 'env', keys: ['A'] };
  const [object] = withSecretEnv([webOf({}, { env })], secret, (image) => image === APP_IMAGE, own);
  return object && podTemplateOf(object)?.spec.containers?.[0];
};

describe('variables of a Secret in containers', () => {
  it('are added where the container sets none of them, whatever becomes of its own', () => {
    for (const own of ['replace', 'refuse'] as const) {
      expect(given(own, [{ name: 'B', value: 'b' }])).toMatchObject({
        env: [{ name: 'B', value: 'b' }],
        envFrom: [{ secretRef: { name: 'env' } }],
      });
    }
  });

  it('replace a variable of Slipway, and refuse one of the team', () => {
    const env = [
      { name: 'A', value: 'a' },
      { name: 'B', value: 'b' },
    ];
    expect(given('replace', env)).toMatchObject({ env: [{ name: 'B', value: 'b' }] });
    expect(() => given('refuse', env)).toThrow(/A/);
  });
});
