import { describe, expect, it } from 'vitest';
import { droppedObjects, fateOf } from '../../../src/objects/prune.ts';
import type { Release } from '../../../src/objects/release.ts';
import type { KubeObject, ObjectMeta } from '../../../src/ports.ts';

const owner = { app: 'parking', environment: 'staging' };
const labels = { 'slipway.dev/app': 'parking', 'slipway.dev/environment': 'staging' };
const managedFields = [{ manager: 'slipway', operation: 'Apply' }];

const object = (kind: string, name: string, apiVersion = 'v1'): KubeObject => ({
  apiVersion,
  kind,
  metadata: { name, namespace: 'ns' },
});
const release = (revision: number, objects: KubeObject[]) => ({ revision, objects }) as Release;
const live = (kind: string, metadata: Partial<ObjectMeta> = {}, spec: unknown = {}): KubeObject => ({
  ...object(kind, 'it'),
  metadata: { name: 'it', namespace: 'ns', uid: 'u1', labels, managedFields, ...metadata },
  spec,
});
const fate = (it: KubeObject | undefined, written: string[] = []) => fateOf(it, owner, new Set(written));

describe('what a release has no longer', () => {
  it('is everything that an earlier one had, once, and nothing else', () => {
    const a = object('ConfigMap', 'a');
    const b = object('ConfigMap', 'b');
    const c = object('Secret', 'a');
    const refs = droppedObjects([release(2, [a, b]), release(1, [a, c]), release(3, [b])], [a]);
    expect(refs.map(({ kind, name }) => `${kind} ${name}`)).toEqual(['Secret a', 'ConfigMap b']);
  });

  it('is not what has another version of the same API, and is named as it was last', () => {
    const v1 = object('HorizontalPodAutoscaler', 'web', 'autoscaling/v1');
    const v2 = object('HorizontalPodAutoscaler', 'web', 'autoscaling/v2');
    expect(droppedObjects([release(1, [v1])], [v2])).toEqual([]);
    expect(droppedObjects([release(2, [v2]), release(1, [v1])], [])).toMatchObject([{ apiVersion: 'autoscaling/v2' }]);
  });

  it('is what has the same kind and name in another group', () => {
    const knative = object('Service', 'web', 'serving.knative.dev/v1');
    expect(droppedObjects([release(1, [knative])], [object('Service', 'web')])).toHaveLength(1);
  });
});

describe('an object that is no longer part of a release', () => {
  it('is removed', () => {
    expect(fate(live('ConfigMap'))).toEqual({ remove: true, note: '' });
  });

  it.each([
    ['it is not there', undefined, []],
    ['it is going', live('ConfigMap', { deletionTimestamp: '2026-01-01T00:00:00Z' }), []],
    ['it is written under another group', live('Ingress'), ['u1']],
  ])('is no matter: %s', (_why, it, written) => {
    expect(fate(it, written)).toEqual({ gone: true });
  });

  it.each([
    ['Slipway never deletes a PersistentVolumeClaim', live('PersistentVolumeClaim')],
    ['Slipway never deletes a Namespace', live('Namespace')],
    ['Slipway never deletes a CustomResourceDefinition', live('CustomResourceDefinition')],
    ['no longer carries the labels', live('ConfigMap', { labels: { ...labels, 'slipway.dev/environment': 'other' } })],
    ['no longer carries the labels', live('ConfigMap', { labels: { 'slipway.dev/environment': 'staging' } })],
    ['Slipway did not write it', live('ConfigMap', { managedFields: [{ manager: 'kubectl', operation: 'Apply' }] })],
    ['Slipway did not write it', live('ConfigMap', { managedFields: [{ manager: 'slipway', operation: 'Update' }] })],
    ['slipway.dev/prune is "false"', live('ConfigMap', { annotations: { 'slipway.dev/prune': 'false' } })],
  ])('stays: it %s', (why, it) => {
    expect(fate(it)).toEqual({ keep: expect.stringContaining(why) });
  });

  it('SEC-13: stays where it belongs to another repository', () => {
    const of = (id: string) => live('ConfigMap', { labels: { ...labels, 'slipway.dev/repository-id': id } });
    const fateFor = (it: KubeObject) => fateOf(it, { ...owner, repositoryId: 42 }, new Set());
    expect(fateFor(of('999'))).toEqual({ keep: expect.stringContaining('repository') });
    expect(fateFor(of('42'))).toEqual({ remove: true, note: '' });
    expect(fateFor(live('ConfigMap'))).toEqual({ remove: true, note: '' });
  });

  it('stays if the volumes of a StatefulSet would be deleted with it', () => {
    const volumeClaimTemplates = [{ metadata: { name: 'data' } }];
    const policy = { persistentVolumeClaimRetentionPolicy: { whenDeleted: 'Delete' } };
    expect(fate(live('StatefulSet', {}, { volumeClaimTemplates, ...policy }))).toEqual({
      keep: 'its volumes would be deleted with it (whenDeleted: Delete): delete it by hand (kubectl -n ns delete statefulset it)',
    });
    expect(fate(live('StatefulSet', {}, { volumeClaimTemplates }))).toEqual({
      remove: true,
      note: 'its volume claims stay, with the data',
    });
    expect(fate(live('StatefulSet', {}, policy))).toEqual({ remove: true, note: '' });
  });

  it.each([
    [{ 'helm.sh/resource-policy': 'keep' }, 'helm.sh/resource-policy is "keep"'],
    [
      { 'argocd.argoproj.io/sync-options': 'Validate=false, Prune=false' },
      'argocd.argoproj.io/sync-options has Prune=false',
    ],
    [{ 'kustomize.toolkit.fluxcd.io/prune': 'disabled' }, 'kustomize.toolkit.fluxcd.io/prune is "disabled"'],
  ])('CH-10: stays where %j says so', (annotations, keep) => {
    expect(fate(live('Secret', { annotations }))).toEqual({ keep });
    expect(fate(live('Secret', { annotations: { 'argocd.argoproj.io/sync-options': 'Prune=true' } }))).toMatchObject({
      remove: true,
    });
  });
});
