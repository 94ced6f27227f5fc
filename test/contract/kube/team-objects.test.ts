import { describe, expect, it } from 'vitest';
import type { KubeObject } from '../../../src/ports.ts';
import { adminCluster, memoryLog } from '../../support/kube/cluster.ts';
import { deliveryScene } from '../../support/kube/delivery.ts';
import { serve } from '../../support/kube/real.ts';
import { restrictedCluster } from '../../support/kube/restricted.ts';
import { kubeSuite } from '../../support/kube/suite.ts';
import { requirePlatform } from '../../support/platform.ts';

const test = await requirePlatform("a team's own objects on the real cluster");
const GROUP = 'rbac.authorization.k8s.io';

/** The role of docs/kubernetes.md, with what these objects need and the rights that the Role grants. */
const RULES = [
  { apiGroups: ['apps'], resources: ['deployments'], verbs: ['get', 'list', 'watch', 'create', 'patch'] },
  { apiGroups: ['apps'], resources: ['replicasets'], verbs: ['list', 'watch'] },
  { apiGroups: [''], resources: ['secrets'], verbs: ['get', 'list', 'create', 'update', 'delete'] },
  { apiGroups: ['coordination.k8s.io'], resources: ['leases'], verbs: ['get', 'create', 'update'] },
  { apiGroups: [''], resources: ['pods'], verbs: ['get', 'list', 'watch'] },
  { apiGroups: [''], resources: ['serviceaccounts'], verbs: ['get', 'list', 'watch', 'create', 'patch'] },
  { apiGroups: [GROUP], resources: ['roles', 'rolebindings'], verbs: ['get', 'list', 'watch', 'create', 'patch'] },
];

describe.skipIf(!test).concurrent("a team's own objects on the real cluster", () => {
  const { cluster, namespaces } = kubeSuite(test);

  function scene() {
    if (!test || !cluster) throw new Error('no platform');
    return deliveryScene(test, cluster, namespaces);
  }

  const web = (
    image: string,
    pod: Record<string, unknown> = {},
    container: Record<string, unknown> = {},
  ): KubeObject => {
    const labels = { app: 'web' };
    const readinessProbe = { tcpSocket: { port: 8080 }, periodSeconds: 1 };
    const containers = [{ name: 'web', image, command: serve(), readinessProbe, ...container }];
    const template = { metadata: { labels }, spec: { terminationGracePeriodSeconds: 1, ...pod, containers } };
    return {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'web' },
      spec: { replicas: 1, selector: { matchLabels: labels }, template },
    };
  };

  it('CH-6: a Role with its RoleBinding is released by an account with least privilege', async () => {
    const { updateOwn, ports, staging, image } = await scene();
    if (!test || !cluster) throw new Error('no platform');
    const metadata = { name: 'leader' };
    const subjects = [{ kind: 'ServiceAccount', name: 'leader', namespace: staging }];
    const objects: KubeObject[] = [
      {
        apiVersion: `${GROUP}/v1`,
        kind: 'RoleBinding',
        metadata,
        roleRef: { apiGroup: GROUP, kind: 'Role', name: 'leader' },
        subjects,
      },
      {
        apiVersion: `${GROUP}/v1`,
        kind: 'Role',
        metadata,
        rules: [{ apiGroups: [''], resources: ['pods'], verbs: ['get', 'list'] }],
      },
      { apiVersion: 'v1', kind: 'ServiceAccount', metadata },
      web(image, { serviceAccountName: 'leader' }),
    ];
    const least = await restrictedCluster(cluster, test.platform, staging, RULES);
    expect((await updateOwn(objects, {}, { ...ports, cluster: least })).outcome).toBe('succeeded');
    expect((await updateOwn(objects, {}, { ...ports, cluster: least })).outcome).toBe('unchanged');
    least.close();
  });

  it('CH-14: the labels of their Namespace are written, or said where that is not permitted', async () => {
    const { updateOwn, ports, staging, image } = await scene();
    if (!test || !cluster) throw new Error('no platform');
    const labels = { 'istio-injection': 'disabled' };
    const objects: KubeObject[] = [
      { apiVersion: 'v1', kind: 'Namespace', metadata: { name: staging, labels } },
      web(image),
    ];
    const labelsOf = async () =>
      (await cluster.get({ apiVersion: 'v1', kind: 'Namespace', name: staging }))?.metadata.labels;
    const least = await restrictedCluster(cluster, test.platform, staging, RULES);
    const log = memoryLog();
    expect((await updateOwn(objects, {}, { ...ports, log, cluster: least })).outcome).toBe('succeeded');
    expect(log.lines.join('\n')).toContain(`kubectl label namespace ${staging} --overwrite istio-injection='disabled'`);
    expect(await labelsOf()).not.toMatchObject(labels);
    least.close();
    expect((await updateOwn(objects)).outcome).toBe('succeeded');
    expect(await labelsOf()).toMatchObject(labels);
    expect((await updateOwn(objects)).outcome).toBe('unchanged');
  });

  it('CH-24: a warning of the API server is in the log, once', async () => {
    const { updateOwn, ports, image } = await scene();
    if (!test) throw new Error('no platform');
    const log = memoryLog();
    const own = adminCluster(test.platform, log);
    const metadata = { name: 'web', annotations: { 'kubernetes.io/ingress.class': 'slipway' } };
    const rules = [{ host: `${ports.clock.now()}.localhost` }];
    const ingress: KubeObject = { apiVersion: 'networking.k8s.io/v1', kind: 'Ingress', metadata, spec: { rules } };
    await updateOwn([web(image), ingress], { dryRun: true }, { ...ports, log, cluster: own });
    await updateOwn([web(image), ingress], { dryRun: true }, { ...ports, log, cluster: own });
    own.close();
    const warnings = log.lines.filter((line) => line.includes('the API server warns'));
    expect(warnings).toEqual([expect.stringContaining('annotation "kubernetes.io/ingress.class" is deprecated')]);
  });
});
