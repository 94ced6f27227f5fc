import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { readRepository } from '../../../../src/adapters/repository/read-repository.ts';
import { loadConfig, parseConfig } from '../../../../src/config/load.ts';
import { planInit } from '../../../../src/plan/init/plan-init.ts';
import { isRead, LIMITS } from '../../../../src/plan/init/repository.ts';
import { NO_ANSWERS } from '../../../support/unit/repository.ts';

const EXAMPLES = fileURLToPath(new URL('../../../../examples', import.meta.url));

/** What init finds in an example without its slipway.yml, and that file. */
async function compared(name: string) {
  const folder = join(EXAMPLES, name);
  const found = await readRepository(folder, { ...LIMITS, isRead });
  const without = {
    ...found,
    paths: found.paths.filter((path) => path !== 'slipway.yml'),
    origin: `https://github.com/acme/${name}`,
  };
  const { text } = planInit(without, { ...NO_ANSWERS, variant: 'kubernetes' }, () => new Map()).config;
  return { written: parseConfig(text, 'slipway.yml'), ours: loadConfig(folder), text };
}

describe('init on the examples agrees with their slipway.yml, or asks', () => {
  it('parking', async () => {
    const { written, ours, text } = await compared('parking');
    expect(written.app).toBe(ours.app);
    // The example comes with four ways to deploy it; the chart is one of them.
    const chart = loadConfig(join(EXAMPLES, 'parking'), 'deploy/slipway-helm.yml').deploy.helm?.chart;
    expect(written.deploy.helm?.chart).toBe(chart);
    expect(text).toMatch(/helm: # guess: .*also there: deploy/);
    expect(written.tests?.unit?.report).toBe(ours.tests?.unit?.report);
    expect(written.environments).toMatchObject({ production: { namespace: 'parking', promoteFrom: 'staging' } });
  });

  it('shop', async () => {
    const { written, ours, text } = await compared('shop');
    expect(Object.keys(written.images ?? {})).toEqual(Object.keys(ours.images ?? {}));
    expect(written.images?.api?.context).toBe('api');
    expect(written.deploy.processes).toMatchObject({ api: { port: 8080 }, web: { port: 3000, paths: ['/'] } });
    expect(written.tests?.web).toEqual(ours.tests?.web);
    // Its health check has a prefix that only the code knows, and the base image has the driver of its database.
    expect(text).toMatch(/health: \/healthz # guess: /);
    expect(text).toContain('# ask: database');
  });

  it('ledger', async () => {
    const { written, ours } = await compared('ledger');
    expect(written.deploy.helm?.chart).toBe(ours.deploy.helm?.chart);
    expect(written.tests?.unit).toMatchObject({ target: 'test', report: ours.tests?.unit?.report });
  });
});
