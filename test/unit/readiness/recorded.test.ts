import { describe, expect, it } from 'vitest';
import { told, verdicts } from '../../support/kube/replay.ts';

/** Sequences of a real cluster: see test/support/kube/record.ts. */
const end = (name: string, kind = 'Deployment') => verdicts(name, kind).at(-1);
const states = (name: string, kind = 'Deployment') => [...new Set(verdicts(name, kind).map(({ state }) => state))];

describe('a Deployment, as recorded', () => {
  it('is ready when the new ReplicaSet has all its pods, and not while the old one has', () => {
    const all = told(verdicts('deployment-rolls', 'Deployment'));
    expect(all[0]).toBe('waiting: its controller has not observed the new version yet');
    expect(all).toContain('waiting: 1 of 2 new pods available; the container is being created');
    expect(all.at(-1)).toBe('ready: 2 of 2 new pods are available');
    expect(all.filter((line) => line.startsWith('ready'))).toHaveLength(1);
  });

  it.each([
    [
      'deployment-image-missing',
      /^image localhost:5000\/kube\/none@sha256:a+ was not found in the registry \(seen on slipway\)$/,
    ],
    ['deployment-crash-loop', /^container web crashes on every start \(exit code 1, 2 times\)$/],
    [
      'deployment-bad-command',
      /^container web: its command cannot be run \(exec: "nosuchprogram": executable file not found in \$PATH/,
    ],
    ['deployment-secret-missing', /^container web needs the Secret database, which does not exist in the namespace$/],
    ['deployment-quota', /^its pods are refused by a quota of the namespace: exceeded quota: small/],
  ])('%s fails', (name, reason) => {
    expect(states(name)).toEqual(['waiting', 'failed']);
    expect(end(name)?.reason).toMatch(reason);
  });

  it('deployment-unschedulable is waited for, with its cause and what to change', () => {
    expect(states('deployment-unschedulable')).toEqual(['waiting']);
    expect(end('deployment-unschedulable')).toMatchObject({
      reason: expect.stringContaining('no node takes the pod: 0/1 nodes are available: 1 Insufficient cpu'),
      remedy: expect.stringContaining('Add nodes'),
    });
  });

  it.each([
    [
      'deployment-wrong-port',
      /nothing listens on port 8080 of the pod \(GET \/: connection refused\)/,
      /0\.0\.0\.0:8080, or correct deploy\.port/,
    ],
    ['deployment-unhealthy', /GET \/none answered 404$/, /Correct deploy\.health/],
  ])('F1: %s has the time of its startup probe, and its cause is known at once', (name, reason, remedy) => {
    expect(verdicts(name, 'Deployment').at(-1)).toMatchObject({
      state: 'failed',
      graceMs: 570_000,
      reason: expect.stringMatching(reason),
      remedy: expect.stringMatching(remedy),
    });
  });

  it('a crash is explained by the log of the run before', () => {
    expect(end('deployment-crash-loop')).toMatchObject({ graceMs: 0, culprit: { container: 'web', previous: true } });
  });

  it('a Secret that comes later is forgiven: the failure has to last', () => {
    const failed = end('deployment-secret-comes-later');
    expect(failed).toMatchObject({ state: 'failed', graceMs: 3_000 });
    expect(told(verdicts('deployment-secret-comes-later', 'Deployment', ['ready'])).at(-1)).toBe(
      'ready: 1 of 1 new pods are available',
    );
  });
});

describe('other workloads, as recorded', () => {
  it('a StatefulSet is ready when the last pod is of the new revision', () => {
    const all = told(verdicts('stateful-set-rolls', 'StatefulSet'));
    expect(all).toContain('waiting: 1 of 2 pods are of the new revision, 2 available');
    expect(all.at(-1)).toBe('ready: 2 of 2 pods are of the new revision, 2 are available');
  });

  it('K23: a StatefulSet that a broken old pod blocks says which, and the command', () => {
    expect(end('stateful-set-stuck', 'StatefulSet')).toMatchObject({
      state: 'failed',
      reason: expect.stringMatching(
        /^pod web-0 of the revision before cannot become ready \(.+\), and Kubernetes replaces it only when it is$/,
      ),
      remedy: 'Delete it by hand, its volume stays: kubectl -n recorded delete pod web-0',
    });
  });

  it('a DaemonSet is ready when its nodes have the new pod', () => {
    const all = told(verdicts('daemon-set-rolls', 'DaemonSet'));
    expect(all).toContain('waiting: 0 of 1 nodes have the new pod, 1 available');
    expect(all.at(-1)).toBe('ready: 1 of 1 nodes have an available pod');
  });

  it('a Job completes, or ends with an exit code and its log', () => {
    expect(end('job-completes', 'Job')).toMatchObject({ state: 'ready' });
    expect(end('job-fails', 'Job')).toMatchObject({
      state: 'failed',
      reason: 'it ended with exit code 3',
      culprit: { container: 'migrate', previous: false },
    });
  });
});
