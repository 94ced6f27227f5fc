import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { localFiles } from '../../../../src/adapters/files/local-files.ts';
import { Unreachable, UserError } from '../../../../src/errors.ts';
import type { Release } from '../../../../src/objects/release.ts';
import { releaseSecrets } from '../../../../src/objects/release-record.ts';
import type { DriftReport } from '../../../../src/plan/drift/report.ts';
import { runDrift } from '../../../../src/stages/drift/run.ts';
import { memoryLog } from '../../../support/kube/cluster.ts';
import { MemoryCluster } from '../../../support/kube/memory-cluster.ts';
import { scratchFolder } from '../../../support/runner/scratch.ts';
import { StepClock } from '../../../support/step-clock.ts';

const SERVICE = { apiVersion: 'v1', kind: 'Service', metadata: { name: 'web', namespace: 'parking-staging' } };
const AWAY = new Unreachable('cluster main cannot be reached');

/** Staging has a release whose Service somebody has deleted, or that never was; production is away, or has nothing. */
async function look({ released = false, away = false, issue = false, failOnDrift = false, objects = [SERVICE] }) {
  const cluster = new MemoryCluster();
  const release = { app: 'parking', environment: 'staging', revision: 1, outcome: 'succeeded', objects };
  if (released) {
    const place = { namespace: 'parking-staging', name: 'record' };
    const { record } = releaseSecrets(release as unknown as Release, place);
    await cluster.create(record, { fieldManager: 'slipway' });
  }
  const report = join(scratchFolder(), 'slipway', 'drift.json');
  const environments = ['staging', 'production'].map((name) => ({ name, namespace: `parking-${name}` }));
  const connect = async (name: string) => {
    if (away && name === 'production') throw AWAY;
    return cluster;
  };
  const ports = { connect, clock: new StepClock(0), log: memoryLog(), signal: new AbortController().signal };
  const plan = { app: 'parking', environments, ignore: [], issue, failOnDrift, report, run: '' };
  const result = await runDrift(plan, { ...ports, files: localFiles, github: undefined });
  const states = (JSON.parse(readFileSync(report, 'utf8')) as DriftReport).environments.map(({ state }) => state);
  return { result, states, writes: cluster.writes.filter((write) => !write.startsWith('create Secret')) };
}

describe('a look for drift', () => {
  it('that finds some has succeeded, and says so by an output and a warning', async () => {
    const { result, states, writes } = await look({ released: true });
    expect(result).toMatchObject({ outcome: 'succeeded', outputs: { drifted: 'true' } });
    expect(result.annotations).toMatchObject([
      { level: 'warning', message: expect.stringContaining('Service web: deleted') },
    ]);
    expect(states).toEqual(['drifted', 'nothing-recorded']);
    expect(writes).toEqual([]);
  });

  it('fails over it where that is asked for', async () => {
    const { result } = await look({ released: true, failOnDrift: true });
    expect(result).toMatchObject({ outcome: 'failed', outputs: { drifted: 'true' } });
    expect(result.error?.details).toEqual(['Service web: deleted']);
    expect((await look({ failOnDrift: true })).result.outcome).toBe('succeeded');
  });

  it('reports what it can where an environment is away, and does not say that nothing has drifted', async () => {
    const found = await look({ released: true, away: true });
    expect(found.result).toMatchObject({ outcome: 'failed', error: AWAY, outputs: { drifted: 'true' } });
    expect(found.states).toEqual(['drifted', 'not-compared']);
    const nothing = await look({ away: true });
    expect(nothing.result).toMatchObject({ outcome: 'failed', outputs: { drifted: '' } });
  });

  it('does not miss a Job that the cluster removes by itself after its end', async () => {
    const job = (spec: object) => ({ ...SERVICE, apiVersion: 'batch/v1', kind: 'Job', spec });
    const drifted = async (spec: object) => {
      const { result } = await look({ released: true, objects: [job(spec)] });
      return result.outputs.drifted;
    };
    expect(await drifted({ ttlSecondsAfterFinished: 60 })).toBe('false');
    expect(await drifted({})).toBe('true');
  });

  it('that is to be told needs a token', async () => {
    await expect(look({ issue: true })).rejects.toThrow(UserError);
  });
});
