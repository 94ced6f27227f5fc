import { describe, expect, it } from 'vitest';
import type { PodTemplate } from '../../../../src/objects/pod-template.ts';
import type { Release } from '../../../../src/objects/release.ts';
import { isLeftOver, releaseWith } from '../../../../src/plan/drift/left-over.ts';
import { isUnderWay, newerSentence, newerThan } from '../../../../src/plan/drift/newer.ts';
import { changedImages } from '../../../../src/plan/drift/pod-images.ts';
import type { KubeObject } from '../../../../src/ports.ts';

const NOW = Date.parse('2026-11-24T12:00:00Z');
const ago = (minutes: number) => new Date(NOW - minutes * 60_000).toISOString();
const object = (kind: string, name: string, more: object = {}): KubeObject => ({
  apiVersion: 'v1',
  kind,
  metadata: { name },
  ...more,
});
const release = (revision: number, outcome: Release['outcome'], minutes = 5, objects: KubeObject[] = []) =>
  ({ app: 'parking', revision, outcome, startedAt: ago(minutes), objects }) as unknown as Release;
const lease = (holderIdentity: string | undefined, minutes: number): KubeObject => ({
  ...object('Lease', 'x'),
  spec: { holderIdentity, renewTime: ago(minutes) },
});

describe('releases after the good one', () => {
  const good = release(7, 'succeeded');

  it.each<[string, Release[], KubeObject | undefined, boolean]>([
    ['there are none', [], undefined, false],
    ['it failed', [release(8, 'failed')], lease('1/1/x', 0), false],
    ['it is pending, and its run lives', [release(8, 'pending', 90)], lease('1/1/x', 1), true],
    ['it is pending, and its run has let go', [release(8, 'pending')], lease(undefined, 0), false],
    ['it is pending, and its run was killed', [release(8, 'pending')], lease('1/1/x', 6), false],
    ['it is pending, and there is no lease to read', [release(8, 'pending')], undefined, true],
    ['it has been pending for too long', [release(8, 'pending', 61)], undefined, false],
  ])('%s', (_what, newer, found, expected) => expect(isUnderWay(newer, found, NOW)).toBe(expected));

  it('are told newest first, each with what it means', () => {
    const all = [release(8, 'failed'), good, release(9, 'pending'), release(6, 'failed'), release(10, 'rolled-back')];
    expect(newerThan(good, all).map(newerSentence)).toEqual([
      'parking-10 failed after that, and was rolled back',
      expect.stringContaining('parking-9 started at 2026-11-24T11:55:00.000Z and never ended'),
      expect.stringContaining('parking-8 came after that and ended as failed'),
    ]);
  });
});

describe('what is left over', () => {
  const good = release(7, 'succeeded', 5, [object('ConfigMap', 'a')]);
  const labels = { labels: { 'app.kubernetes.io/component': 'migration' } };
  const ofSecretEnv = { labels: { 'app.kubernetes.io/component': 'secret-env' } };

  it.each<[string, KubeObject, boolean]>([
    ['what is recorded is not', object('ConfigMap', 'a'), false],
    ['another one is', object('ConfigMap', 'b'), true],
    ['another kind is', object('Service', 'a'), true],
    ['a record is not', object('Secret', 'r', { type: 'slipway.dev/release' }), false],
    ['a Secret of secretEnv is not', object('Secret', 's', { metadata: { name: 's', ...ofSecretEnv } }), false],
    ['another object with its label is', object('ConfigMap', 's', { metadata: { name: 's', ...ofSecretEnv } }), true],
    ['a migration is not', object('Job', 'm', { metadata: { name: 'm', ...labels } }), false],
    [
      'what a controller made is not',
      object('Pod', 'p', { metadata: { name: 'p', ownerReferences: [{ uid: '1', controller: true }] } }),
      false,
    ],
  ])('%s', (_what, found, expected) => expect(isLeftOver(found, good)).toBe(expected));

  it('belongs to the newest release that had it', () => {
    const older = [
      release(5, 'succeeded', 5, [object('Service', 's')]),
      release(6, 'succeeded', 5, [object('Service', 's')]),
    ];
    expect(releaseWith(object('Service', 's'), older)).toBe('parking-6');
    expect(releaseWith(object('Service', 't'), older)).toBeUndefined();
  });
});

describe('images of pods', () => {
  const digest = (character: string) => `@sha256:${character.repeat(64)}`;
  const template = (image: string) => ({ spec: { containers: [{ name: 'web', image }] } }) as PodTemplate;
  const pod = (image: string, metadata: object = {}): KubeObject => ({
    ...object('Pod', 'web-1'),
    metadata: { name: 'web-1', ...metadata },
    spec: {
      containers: [
        { name: 'web', image },
        { name: 'injected', image: 'mesh' },
      ],
    },
  });
  const templates = [template(`r/web${digest('b')}`), template(`r/web${digest('a')}`)];

  it.each<[string, KubeObject, number]>([
    ['of the workload as it is', pod(`r/web${digest('b')}`), 0],
    ['of the record, while the workload rolls', pod(`r/web${digest('a')}`), 0],
    ['by way of a mirror', pod(`mirror/web${digest('a')}`), 0],
    ['of a pod that goes', pod('other', { deletionTimestamp: ago(0) }), 0],
    ['of a pod that was evicted', { ...pod('other'), status: { phase: 'Failed' } }, 0],
    ['of somebody', { ...pod('other'), status: { phase: 'Running' } }, 1],
  ])('%s', (_what, found, expected) => expect(changedImages(found, templates)).toHaveLength(expected));
});
