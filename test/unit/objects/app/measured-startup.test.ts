import { describe, expect, it } from 'vitest';
import { parseConfig } from '../../../../src/config/load.ts';
import { workloadsOf } from '../../../../src/config/workloads.ts';
import { appSpecOf } from '../../../../src/objects/app/app-spec-of.ts';
import {
  measuredStartup,
  startupFor,
  startupsIn,
  withMeasuredStartup,
} from '../../../../src/objects/app/measured-startup.ts';
import type { KubeObject } from '../../../../src/ports.ts';

const PLACEMENT = { namespace: 's', ingress: undefined, labels: {}, security: 'ordinary' } as const;
const startups = (processes: string, measured: Record<string, number>) => {
  const text = `app: shop\nimage: { repository: ghcr.io/acme/shop }\ndeploy: { processes: ${processes} }\n`;
  const config = parseConfig(text, 'slipway.yml');
  const spec = appSpecOf(config.app, workloadsOf(config), PLACEMENT);
  return withMeasuredStartup(spec, measured).processes.map(({ startupMs }) => startupMs / 1_000);
};

describe('the time to start', () => {
  it('is five times what was measured, in whole minutes', () => {
    expect([0, 1, 12_000, 12_001, 24_000, 60_000].map((ms) => startupFor(ms) / 60_000)).toEqual([1, 1, 1, 2, 2, 5]);
  });

  it('is raised by a measurement, and by nothing else', () => {
    const web = '{ web: { port: 80, paths: [/] } }';
    expect(startups(web, {})).toEqual([60]);
    expect(startups(web, { 'shop-web': 120_000, other: 300_000 })).toEqual([120]);
    expect(startups(web, { 'shop-web': 30_000 })).toEqual([60]);
  });

  it('is that of slipway.yml where it says one, and a worker has none', () => {
    expect(startups('{ web: { port: 80, paths: [/], startup: 90s } }', { 'shop-web': 120_000 })).toEqual([90]);
    expect(startups('{ worker: { command: work } }', { 'shop-worker': 120_000 })).toEqual([10]);
  });

  it('is read from an input', () => {
    expect(measuredStartup({ 'shop-web': '120s' })).toEqual({ 'shop-web': 120_000 });
    expect(() => measuredStartup({ 'shop-web': 'soon' })).toThrow('input `startup`: shop-web');
  });

  it('is read from the objects of a release', () => {
    const object = (kind: string, startupProbe?: object): KubeObject => ({
      apiVersion: 'apps/v1',
      kind,
      metadata: { name: 'web' },
      spec: { template: { spec: { containers: [{ name: 'web', startupProbe }] } } },
    });
    expect(startupsIn([object('Deployment', { periodSeconds: 1, failureThreshold: 120 })])).toEqual({ web: 120_000 });
    expect(startupsIn([object('Deployment'), object('CronJob', { periodSeconds: 1, failureThreshold: 9 })])).toEqual(
      {},
    );
  });
});
