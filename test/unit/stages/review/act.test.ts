import { describe, expect, it } from 'vitest';
import type { Act } from '../../../../src/plan/review/environment/act.ts';
import { meantBy } from '../../../../src/stages/review/act.ts';

const place = (variant: string | undefined) => ({ name: `ns-${variant}`, uid: 'u', app: 'shop', variant, inUse: true });
const ALL = [place(undefined), place('mysql')];
const meant = (act: Act, variant?: string) => {
  const plan = { operation: 'act' as const, act, app: 'shop', repositoryId: 1, number: 7, variant, run: '' };
  const { found, meant: own } = meantBy(plan, ALL);
  return { variants: found.map((one) => one.variant), act: own.act };
};

describe('the word after /review logs', () => {
  it('is a variant where there is one of this name', () => {
    expect(meant({ name: 'logs', of: 'mysql' })).toEqual({ variants: ['mysql'], act: { name: 'logs' } });
  });

  it('is a process, cron, service or container otherwise, and beside a variant', () => {
    const worker: Act = { name: 'logs', of: 'worker' };
    expect(meant(worker)).toEqual({ variants: [undefined, 'mysql'], act: worker });
    const mysql: Act = { name: 'logs', of: 'mysql' };
    expect(meant(mysql, 'mysql')).toEqual({ variants: [undefined, 'mysql'], act: mysql });
  });
});
