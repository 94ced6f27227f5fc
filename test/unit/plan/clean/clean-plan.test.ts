import { describe, expect, it } from 'vitest';
import { parseConfig } from '../../../../src/config/load.ts';
import { cleanInputs } from '../../../../src/inputs/clean-registry.ts';
import { Inputs } from '../../../../src/inputs/read.ts';
import { planClean } from '../../../../src/plan/clean/clean-plan.ts';
import { push } from '../../../support/unit/events.ts';

const config = parseConfig(
  `
app: shop
image: { repository: r.example/shop }
registry: { retention: { keepFor: 7d, keepTags: ['audit-*'] } }
environments: { staging: { namespace: shop-staging }, production: { namespace: shop } }
`,
  'slipway.yml',
);
const planned = (env: Record<string, string> = {}) => planClean(cleanInputs(new Inputs(env)), config, push());

describe('the plan of clean-registry', () => {
  it('deletes nothing by default, and looks at every environment', () => {
    expect(planned()).toMatchObject({
      repositories: ['r.example/shop'],
      environments: [
        { name: 'staging', namespace: 'shop-staging' },
        { name: 'production', namespace: 'shop' },
      ],
      reviews: false,
      retention: { keepForMs: 7 * 24 * 3_600_000, keepTags: ['audit-*'], expireTags: [] },
      dryRun: true,
      limit: 50,
    });
    expect(planned({ INPUT_DRY_RUN: 'false', INPUT_LIMIT: '7' })).toMatchObject({ dryRun: false, limit: 7 });
  });

  it('refuses a limit that is no number, and one namespace for several environments', () => {
    for (const limit of ['0', '-1', '1e3', 'all'])
      expect(() => planned({ INPUT_LIMIT: limit })).toThrow('input `limit`');
    expect(() => planned({ INPUT_NAMESPACE: 'shop' })).toThrow('input `namespace` is given for 2 environments');
  });

  it('is for a repository on GitHub', () => {
    const event = { ...push(), repository: { ...push().repository, id: 0 } };
    expect(() => planClean(cleanInputs(new Inputs({})), config, event)).toThrow('clean-registry deletes images');
  });
});
