import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SlipwayError } from '../../../src/errors.ts';
import type { KubeObject } from '../../../src/ports.ts';
import { check } from '../../../src/stages/apply/check.ts';
import { adminCluster, ownNamespace } from '../../support/kube/cluster.ts';
import { requirePlatform } from '../../support/platform.ts';

const test = await requirePlatform('what cannot be changed on the real cluster');
const WRITE = { fieldManager: 'slipway' };

/** The same object twice: as it is, and as it should become. */
type Pair = (namespace: string) => [now: KubeObject, wanted: KubeObject];

const template = (app: string, command = 'true') => ({
  metadata: { labels: { app } },
  spec: { restartPolicy: 'Never', containers: [{ name: 'c', image: 'none', command: [command] }] },
});
const running = (app: string) => {
  const { metadata, spec } = template(app);
  return { metadata, spec: { containers: spec.containers } };
};
const pair =
  (apiVersion: string, kind: string, now: object, wanted: object): Pair =>
  (namespace) => {
    const object = (fields: object): KubeObject => ({
      apiVersion,
      kind,
      metadata: { name: 'it', namespace },
      ...fields,
    });
    return [object(now), object(wanted)];
  };

const deployment = (app: string) => ({
  spec: { replicas: 0, selector: { matchLabels: { app } }, template: running(app) },
});
const claim = (size: string, mode = 'ReadWriteOnce') => ({
  accessModes: [mode],
  resources: { requests: { storage: size } },
});
const stateful = (size: string) => ({
  spec: {
    replicas: 0,
    serviceName: 'it',
    selector: { matchLabels: { app: 'a' } },
    template: running('a'),
    volumeClaimTemplates: [{ metadata: { name: 'data' }, spec: claim(size) }],
  },
});
const binding = (name: string) => ({
  roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name },
  subjects: [],
});
const service = (clusterIP: string | undefined, port: number) => ({
  spec: { ...(clusterIP ? { clusterIP } : {}), ports: [{ port, name: 'http' }] },
});
const job = (command: string) => ({ spec: { suspend: true, template: template('a', command) } });
const secret = (value: string) => ({ immutable: true, data: { key: Buffer.from(value).toString('base64') } });

describe.skipIf(!test).concurrent('what cannot be changed once it exists (K20)', () => {
  const cluster = test ? adminCluster(test.platform) : undefined;
  let namespace = '';
  let remove = async () => {};
  beforeAll(async () => {
    if (cluster) ({ name: namespace, remove } = await ownNamespace(cluster, 'immutable'));
  });
  afterAll(async () => {
    await remove();
    cluster?.close();
  });

  it.each<[what: string, objects: Pair, message: string, live: string, consequence: string, command: string]>([
    [
      'the selector of a Deployment',
      pair('apps/v1', 'Deployment', deployment('a'), deployment('b')),
      'NS/it: spec.selector cannot be changed',
      'spec.selector.matchLabels.app: live "a", wanted "b"',
      'it would need deletion, which means downtime; Slipway does not delete it',
      'kubectl -n NS delete deployment it',
    ],
    [
      'the address of a Service',
      pair('v1', 'Service', service(undefined, 80), service('10.89.128.99', 80)),
      'Service NS/it: spec.clusterIPs[0] cannot be changed',
      'wanted "10.89.128.99"',
      'which means downtime; Slipway does not delete it',
      'kubectl -n NS delete service it',
    ],
    [
      'the volumes of a StatefulSet',
      pair('apps/v1', 'StatefulSet', stateful('1Gi'), stateful('2Gi')),
      'StatefulSet NS/it: spec cannot be changed',
      'spec.volumeClaimTemplates[0].spec.resources.requests.storage: live "1Gi", wanted "2Gi"',
      'which means downtime; Slipway does not delete it',
      'kubectl -n NS delete statefulset it --cascade=orphan',
    ],
    [
      'the template of a Job',
      pair('batch/v1', 'Job', job('true'), job('false')),
      'Job NS/it: spec.template cannot be changed',
      'spec.template.spec.containers[c].command[0]: live "true", wanted "false"',
      'it would need deletion; Slipway does not delete it',
      'kubectl -n NS delete job it',
    ],
    [
      'a PersistentVolumeClaim',
      pair('v1', 'PersistentVolumeClaim', { spec: claim('1Gi') }, { spec: claim('1Gi', 'ReadWriteMany') }),
      'PersistentVolumeClaim NS/it: spec cannot be changed',
      'spec.accessModes[0]: live "ReadWriteOnce", wanted "ReadWriteMany"',
      'which loses its data; Slipway does not delete it',
      'kubectl -n NS delete persistentvolumeclaim it',
    ],
    [
      'a ConfigMap that is marked immutable',
      pair('v1', 'ConfigMap', { immutable: true, data: { a: '1' } }, { immutable: true, data: { a: '2' } }),
      'ConfigMap NS/it: data cannot be changed',
      'data.a: live "1", wanted "2"',
      'it would need deletion; Slipway does not delete it',
      'kubectl -n NS delete configmap it',
    ],
    [
      'a Secret that is marked immutable, whose values nobody sees',
      pair('v1', 'Secret', secret('one'), secret('two')),
      'Secret NS/it: data cannot be changed',
      'data.key: live ***, wanted ***',
      'it would need deletion; Slipway does not delete it',
      'kubectl -n NS delete secret it',
    ],
    [
      'the role of a RoleBinding',
      pair('rbac.authorization.k8s.io/v1', 'RoleBinding', binding('one'), binding('two')),
      'RoleBinding NS/it: roleRef cannot be changed',
      'roleRef.name: live "one", wanted "two"',
      'it would need deletion; Slipway does not delete it',
      'kubectl -n NS delete rolebinding it',
    ],
  ])('%s is refused with both values and the command', async (_what, objects, message, live, consequence, command) => {
    if (!cluster) throw new Error('no platform');
    const [now, wanted] = objects(namespace);
    await cluster.apply(now, WRITE);
    const signal = new AbortController().signal;
    const request = { namespace, objects: [wanted], jobs: [], deadlineMs: 1, ...WRITE, signal, onProgress: () => {} };
    const error = await check(request, cluster).then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
    if (!(error instanceof SlipwayError)) throw new Error(`it was not refused: ${error}`);
    const plain = (text = '') => text.replaceAll(namespace, 'NS');
    expect(plain(error.message)).toContain(message);
    expect(plain(error.details.join('\n'))).toContain(live);
    expect(error.details.at(-1)).toContain(consequence);
    expect(plain(error.remedy)).toMatch(new RegExp(`: ${command}$`));
  });

  it.each(['StatefulSet', 'DaemonSet'])(
    'a %s that is OnDelete is refused, because it would not roll (K9)',
    async (kind) => {
      if (!cluster) throw new Error('no platform');
      const spec = { selector: { matchLabels: { app: kind } }, template: running(kind) };
      const own = kind === 'StatefulSet' ? { replicas: 0, serviceName: 'it' } : {};
      const object: KubeObject = {
        apiVersion: 'apps/v1',
        kind,
        metadata: { name: 'on-delete', namespace },
        spec: { ...spec, ...own, updateStrategy: { type: 'OnDelete' } },
      };
      const signal = new AbortController().signal;
      const request = { namespace, objects: [object], jobs: [], deadlineMs: 1, ...WRITE, signal, onProgress: () => {} };
      await expect(check(request, cluster)).rejects.toThrow(
        'replaces its pods only when somebody deletes them (OnDelete)',
      );
      expect(await cluster.get({ apiVersion: 'apps/v1', kind, name: 'on-delete', namespace })).toBeUndefined();
    },
  );
});
