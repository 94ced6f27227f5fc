import { describe, expect, it } from 'vitest';
import { createGitHub } from '../../../src/adapters/github/github.ts';
import { PermissionMissing } from '../../../src/errors.ts';
import type { EnvironmentDrift, ObjectDrift } from '../../../src/plan/drift/report.ts';
import { tellIssue } from '../../../src/stages/drift/issue.ts';
import { doubleOfEachTest } from '../../support/github-double/each-test.ts';
import { FULL } from '../../support/github-double/tokens.ts';
import { memoryLog } from '../../support/kube/cluster.ts';
import { StepClock } from '../../support/step-clock.ts';

const RUN = 'https://github.com/acme/parking/actions/runs/1';

function changed(live: string): ObjectDrift {
  const field = { field: 'spec.replicas', change: 'changed' as const, recorded: '2', live, by: 'kubectl', at: null };
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    namespace: 's',
    name: 'web',
    state: 'changed',
    note: null,
    fields: [field],
  };
}

function environment(...objects: ObjectDrift[]): EnvironmentDrift {
  const release = { id: 'parking-7', outcome: 'succeeded', image: 'r/p@sha256:1', commit: 'c1', startedAt: 'T' };
  const state = objects.length > 0 ? 'drifted' : 'as-recorded';
  return { environment: 'staging', namespace: 's', state, release, newer: [], objects, notes: [] };
}

describe('the issue of an environment that has drifted', () => {
  const double = doubleOfEachTest();

  const tell = (found: EnvironmentDrift, token = double.token) => {
    const { apiUrl, repository } = double;
    const signal = new AbortController().signal;
    const options = { token, apiUrl, repository, clock: new StepClock(), log: memoryLog(), signal };
    return tellIssue('parking', found, RUN, createGitHub({ ...options, redact: (text) => text }));
  };
  const writes = () => double.actor.writes().length;
  const states = () => double.actor.issues().map(({ state }) => state);

  it('is opened once, and left alone while nothing else is found', async () => {
    const url = await tell(environment(changed('5')));
    expect(await tell(environment(changed('5')))).toBe(url);
    expect(writes()).toBe(1);
    const [issue] = double.actor.issues();
    expect(issue).toMatchObject({ title: 'Drift: parking in staging (s)', labels: ['slipway-drift'] });
    expect(issue?.body).toContain('| `spec.replicas` | 2 | 5 | kubectl |');
    expect(issue?.body).toContain(RUN);
  });

  it('is brought up to date where it is, whoever has taken its label away', async () => {
    const url = await tell(environment(changed('5')));
    for (const issue of double.actor.issues()) double.actor.relabel(issue.number, []);
    expect(await tell(environment(changed('6')))).toBe(url);
    expect(double.actor.issues().map(({ body }) => body)).toEqual([expect.stringContaining('| 2 | 6 |')]);
  });

  it('is closed with a comment when the drift is gone; the same drift is news again', async () => {
    await tell(environment());
    expect(writes()).toBe(0);
    await tell(environment(changed('5')));
    expect(await tell(environment())).toBeUndefined();
    expect(states()).toEqual(['closed']);
    expect(double.actor.comments(1)[0]?.body).toContain('The drift is gone: staging (s) is as parking-7 left it');
    await tell(environment());
    expect(double.actor.comments(1)).toHaveLength(1);
    await tell(environment(changed('5')));
    expect(states()).toEqual(['closed', 'open']);
  });

  it('stays closed where a person has closed it, until something else is found', async () => {
    const url = await tell(environment(changed('5')));
    double.actor.closeIssue(1);
    expect(await tell(environment(changed('5')))).toBe(url);
    expect(states()).toEqual(['closed']);
    await tell(environment(changed('6')));
    expect(states()).toEqual(['closed', 'open']);
  });

  it('is not touched where nothing is known', async () => {
    await tell(environment(changed('5')));
    for (const state of ['under-way', 'not-compared'] as const) await tell({ ...environment(), state });
    expect(states()).toEqual(['open']);
  });

  it('is one for each environment', async () => {
    await tell(environment(changed('5')));
    await tell({ ...environment(changed('5')), environment: 'production' });
    await tell({ ...environment(), environment: 'production' });
    expect(states()).toEqual(['open', 'closed']);
  });

  it('fits, whatever is found', async () => {
    const many = Array.from({ length: 900 }, (_, index) => ({ ...changed('x'.repeat(150)), name: `web-${index}` }));
    expect(await tell(environment(...many))).toContain('/issues/1');
  });

  it('needs a permission, and says which', async () => {
    const { issues: _, ...rest } = FULL;
    const token = double.actor.addToken({ ...rest, issues: 'read' });
    const refused = tell(environment(changed('5')), token);
    await expect(refused).rejects.toThrow(PermissionMissing);
    await expect(refused).rejects.toMatchObject({ remedy: expect.stringContaining('`issues: write`') });
  });
});
