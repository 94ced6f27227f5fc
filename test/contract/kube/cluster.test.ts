import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { KubeCluster } from '../../../src/adapters/kube/kube-cluster.ts';
import { EnvironmentError, UserError } from '../../../src/errors.ts';
import type { KubeObject } from '../../../src/ports.ts';
import { adminCluster, ownNamespace } from '../../support/kube/cluster.ts';
import { restrictedCluster } from '../../support/kube/restricted.ts';
import { appSpec, deploymentObject } from '../../support/kube/spec.ts';
import { requirePlatform } from '../../support/platform.ts';
import { errorOf } from '../../support/refusal.ts';

const test = await requirePlatform('adapters/kube against the real API server');
const WRITE = { fieldManager: 'slipway' };

describe.skipIf(!test)('adapters/kube', () => {
  let cluster: KubeCluster;
  let namespace: string;
  let cleanUp: () => Promise<void>;

  beforeAll(async () => {
    if (!test) return;
    cluster = adminCluster(test.platform);
    const own = await ownNamespace(cluster, 'adapter');
    namespace = own.name;
    cleanUp = own.remove;
  });
  afterAll(async () => {
    await cleanUp();
    cluster.close();
  });

  const configMap = (name: string, data: Record<string, unknown> = { a: 'b' }): KubeObject => ({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name, namespace },
    data,
  });
  const refOf = (name: string) => ({ apiVersion: 'v1', kind: 'ConfigMap', name, namespace });
  it('reads the version, and how a kind is addressed', async () => {
    expect(await cluster.version()).toBe(test?.platform.kubernetesVersion);
    expect(await cluster.resource({ apiVersion: 'networking.k8s.io/v1', kind: 'Ingress' })).toMatchObject({
      group: 'networking.k8s.io',
      resource: 'ingresses',
      namespaced: true,
    });
    expect(await cluster.resource({ apiVersion: 'acme.dev/v1', kind: 'Lot' })).toBeUndefined();
    expect(await cluster.namespaced({ apiVersion: 'v1', kind: 'Namespace' })).toBe(false);
  });

  it('applies, and in a dry run stores nothing', async () => {
    await cluster.apply(configMap('dry'), { ...WRITE, dryRun: true });
    expect(await cluster.get(refOf('dry'))).toBeUndefined();
    const applied = await cluster.apply(configMap('dry'), WRITE);
    expect(await cluster.get(refOf('dry'))).toMatchObject({
      data: { a: 'b' },
      metadata: { uid: applied.metadata.uid },
    });
  });

  it('creates once, replaces only what it has read, and deletes only what is meant', async () => {
    const created = await cluster.create(configMap('once'), WRITE);
    expect(created).toBeDefined();
    expect(await cluster.create(configMap('once'), WRITE)).toBeUndefined();
    const replaced = await cluster.replace({ ...(created as KubeObject), data: { a: 'c' } }, WRITE);
    expect(replaced?.data).toEqual({ a: 'c' });
    expect(await cluster.replace({ ...(created as KubeObject), data: { a: 'd' } }, WRITE)).toBeUndefined();
    expect(await cluster.delete(refOf('once'), { uid: '00000000-0000-0000-0000-000000000000' })).toBe(false);
    expect(await cluster.delete(refOf('once'), { uid: created?.metadata.uid ?? '' })).toBe(true);
    expect(await cluster.delete(refOf('once'))).toBe(false);
  });

  it('lists by label', async () => {
    const labelled = configMap('labelled');
    labelled.metadata.labels = { which: 'this' };
    await cluster.apply(labelled, WRITE);
    const found = await cluster.list(
      { apiVersion: 'v1', kind: 'ConfigMap' },
      { namespace, labelSelector: 'which=this' },
    );
    expect(found.map(({ kind, metadata }) => `${kind} ${metadata.name}`)).toEqual(['ConfigMap labelled']);
  });

  it('never forces: a field of another manager is told with its name (K19)', async () => {
    await cluster.apply(configMap('owned', { a: 'theirs' }), { fieldManager: 'somebody' });
    const error = await errorOf(cluster.apply(configMap('owned', { a: 'ours' }), WRITE));
    expect(error).toBeInstanceOf(UserError);
    expect(error.message).toBe(`ConfigMap ${namespace}/owned: a field is managed by somebody else`);
    expect(error.details).toEqual(['.data.a: conflict with "somebody"']);
    expect((await cluster.get(refOf('owned')))?.data).toEqual({ a: 'theirs' });
  });

  it('tells wrong and unknown fields', async () => {
    const wrong = await errorOf(cluster.apply({ ...configMap('wrong'), data: { a: 1 } }, WRITE));
    expect(wrong).toBeInstanceOf(UserError);
    expect(wrong.details).toEqual(['.data.a: expected string, got 1']);
    const unknown = await errorOf(cluster.apply({ ...configMap('unknown'), dta: {} }, WRITE));
    expect(unknown).toBeInstanceOf(UserError);
    expect(unknown.details).toEqual(['.dta: field not declared in schema']);
  });

  it('tells a value that is no quantity as the user’s mistake', async () => {
    const spec = appSpec({ namespace, replicas: 0, resources: { memory: 'lots' } });
    const error = await errorOf(cluster.apply(deploymentObject(spec), { ...WRITE, dryRun: true }));
    expect(error).toBeInstanceOf(UserError);
    expect(error.details.join()).toContain('quantities must match');
  });

  it('tells a field that cannot be changed any more (K20)', async () => {
    const object = deploymentObject(appSpec({ namespace, replicas: 0 }));
    await cluster.apply(object, WRITE);
    const labels = { other: 'label' };
    const spec = object.spec as { template: { metadata: object } };
    const changed = {
      ...spec,
      selector: { matchLabels: labels },
      template: { ...spec.template, metadata: { labels } },
    };
    const error = await errorOf(cluster.apply({ ...object, spec: changed }, { ...WRITE, dryRun: true }));
    expect(error.message).toBe(`Deployment ${namespace}/web: a field cannot be changed once the object exists`);
    expect(error.details.join()).toContain('spec.selector');
  });

  it('tells a namespace that does not exist', async () => {
    const object = { ...configMap('a'), metadata: { name: 'a', namespace: 'no-such-namespace' } };
    expect(await errorOf(cluster.apply(object, WRITE))).toMatchObject({
      message: 'namespace no-such-namespace does not exist',
    });
  });

  it('tells a kind that the cluster does not serve', async () => {
    const lot = { apiVersion: 'acme.dev/v1', kind: 'Lot', metadata: { name: 'a', namespace } };
    expect((await errorOf(cluster.apply(lot, WRITE))).message).toContain('does not serve Lot of acme.dev/v1');
  });

  it('watches from what is there to what comes', async () => {
    await cluster.apply(configMap('watched'), WRITE);
    const stop = new AbortController();
    const seen: string[] = [];
    const selection = { namespace, fieldSelector: 'metadata.name=watched' };
    for await (const { type, object } of cluster.watch(
      { apiVersion: 'v1', kind: 'ConfigMap' },
      selection,
      stop.signal,
    )) {
      seen.push(`${type} ${JSON.stringify(object.data)}`);
      if (seen.length === 1) await cluster.apply(configMap('watched', { a: 'c' }), WRITE);
      if (seen.length === 2) await cluster.delete(refOf('watched'));
      if (seen.length === 3) stop.abort();
    }
    expect(seen).toEqual(['ADDED {"a":"b"}', 'MODIFIED {"a":"c"}', 'DELETED {"a":"c"}']);
  });

  it('of a user who may not, names what is missing, and asks beforehand (K18)', async () => {
    if (!test) return;
    const restricted = await restrictedCluster(cluster, test.platform, namespace, [
      { apiGroups: [''], resources: ['configmaps'], verbs: ['get'] },
    ]);
    expect(
      await restricted.allowed([
        { verb: 'get', group: '', resource: 'configmaps', namespace },
        { verb: 'patch', group: '', resource: 'configmaps', namespace },
        { verb: '*', group: '*', resource: '*', namespace },
      ]),
    ).toEqual([true, false, false]);
    const error = await errorOf(restricted.apply(configMap('denied'), WRITE));
    expect(error).toBeInstanceOf(EnvironmentError);
    expect(error.message).toBe(`no permission to patch configmaps in namespace ${namespace}`);
    expect(error.remedy).toContain('- { apiGroups: [""], resources: ["configmaps"], verbs: ["patch"] }');
    restricted.close();
  });

  it('with a token of nobody says that it is not accepted', async () => {
    if (!test) return;
    const nobody = await restrictedCluster(cluster, test.platform, namespace, [], 'not-a-token');
    const error = await errorOf(nobody.list({ apiVersion: 'v1', kind: 'ConfigMap' }, { namespace }));
    expect(error.message).toContain('does not accept the credentials (401 Unauthorized)');
    nobody.close();
  });
});
