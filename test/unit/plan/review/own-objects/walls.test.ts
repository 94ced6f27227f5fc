import { describe, expect, it } from 'vitest';
import { withoutActing } from '../../../../../src/plan/review/own-objects/annotations.ts';
import { refuseOpenings } from '../../../../../src/plan/review/own-objects/walls/walls.ts';
import type { KubeObject } from '../../../../../src/ports.ts';
import { refusal } from '../../../../support/refusal.ts';
import { fromFile, objectOf, serviceOf, webOf } from '../../../../support/unit/rendered.ts';

const PARTS = { database: true, services: ['cache'] };
const check = (object: KubeObject, allow: string[] = []) => refuseOpenings([fromFile(object)], { allow, parts: PARTS });
const volume = (source: object) => webOf({ volumes: [{ name: 'v', ...source }] });
const claim = (spec: object) => objectOf('v1', 'PersistentVolumeClaim', 'data', { spec });

describe('the walls of a review environment', () => {
  it.each([
    webOf(),
    webOf({
      volumes: [
        { name: 'v', emptyDir: {} },
        { name: 's', secret: { secretName: 'a' } },
      ],
    }),
    webOf({}, { livenessProbe: { httpGet: { path: '/', port: 8080 } }, ports: [{ containerPort: 8080 }] }),
    serviceOf(),
    serviceOf('headless', { clusterIP: 'None' }),
    claim({ accessModes: ['ReadWriteOnce'], storageClassName: 'fast' }),
    objectOf('v1', 'Secret', 'keys', { type: 'kubernetes.io/tls' }),
    objectOf('batch/v1', 'CronJob', 'nightly'),
    objectOf('v1', 'Pod', 'test', {
      metadata: { annotations: { 'helm.sh/hook': 'pre-install' } },
      spec: { containers: [] },
    }),
  ])('let $kind $metadata.name pass', (object) => {
    expect(() => check(object)).not.toThrow();
  });

  it('want an open Service closed, because without it the environment has no URL', () => {
    const refuse =
      (...objects: KubeObject[]) =>
      () =>
        refuseOpenings(
          objects.map((object) => fromFile(object)),
          { allow: [], parts: PARTS },
        );
    const open = serviceOf('web', { type: 'LoadBalancer' });
    const { remedy } = refusal(refuse(open));
    expect(remedy).toMatch(/^Change it by values .*service\.type: ClusterIP/);
    expect(remedy).not.toContain('leaveOut');
    const role = objectOf('rbac.authorization.k8s.io/v1', 'Role', 'reader');
    expect(refusal(refuse(open, role)).remedy).toContain('review.leaveOut: [Role])');
  });

  it('refuse a bare Pod, also one that an annotation of Argo CD only makes a part of the release', () => {
    const annotations = { 'argocd.argoproj.io/hook': 'Sync' };
    const pod = objectOf('v1', 'Pod', 'forever', { metadata: { annotations }, spec: { containers: [] } });
    expect(() => check(pod)).toThrow(/nothing replaces or stops a bare Pod/);
  });

  it.each([
    ['networking.k8s.io/v1', 'NetworkPolicy'],
    ['rbac.authorization.k8s.io/v1', 'Role'],
    ['rbac.authorization.k8s.io/v1', 'RoleBinding'],
    ['rbac.authorization.k8s.io/v1', 'ClusterRole'],
    ['rbac.authorization.k8s.io/v1', 'ClusterRoleBinding'],
    ['apiextensions.k8s.io/v1', 'CustomResourceDefinition'],
    ['v1', 'ResourceQuota'],
    ['v1', 'LimitRange'],
    ['v1', 'PersistentVolume'],
    ['v1', 'Endpoints'],
    ['discovery.k8s.io/v1', 'EndpointSlice'],
    ['apps/v1', 'DaemonSet'],
    ['apps/v1', 'ReplicaSet'],
    ['storage.k8s.io/v1', 'StorageClass'],
    ['scheduling.k8s.io/v1', 'PriorityClass'],
    ['admissionregistration.k8s.io/v1', 'MutatingWebhookConfiguration'],
    ['admissionregistration.k8s.io/v1', 'ValidatingWebhookConfiguration'],
    ['external-secrets.io/v1', 'ExternalSecret'],
    ['argoproj.io/v1alpha1', 'Application'],
    ['traefik.io/v1alpha1', 'IngressRoute'],
    ['gateway.networking.k8s.io/v1', 'Gateway'],
    ['serving.knative.dev/v1', 'Service'],
    ['constructor/v1', 'constructor'],
  ])('refuse %s %s, with its file', (apiVersion, kind) => {
    expect(() => check(objectOf(apiVersion, kind, 'x'))).toThrow(
      `k8s/app.yaml:1: ${kind} x: this kind can open the walls`,
    );
  });

  it('the default branch may allow a kind, by its name or with its group', () => {
    const binding = objectOf('rbac.authorization.k8s.io/v1', 'RoleBinding', 'x');
    expect(() => check(binding, ['RoleBinding'])).not.toThrow();
    expect(() => check(binding, ['RoleBinding.rbac.authorization.k8s.io'])).not.toThrow();
    expect(() => check(binding, ['RoleBinding.example.dev', 'Role'])).toThrow(/RoleBinding x/);
  });

  it.each([
    [webOf({ hostNetwork: true }), 'hostNetwork'],
    [webOf({ hostPID: true }), 'hostPID'],
    [webOf({ hostIPC: true }), 'hostIPC'],
    [webOf({ nodeName: 'node-1' }), 'nodeName'],
    [webOf({ priorityClassName: 'system-node-critical' }), 'priorityClassName'],
    [webOf({ automountServiceAccountToken: true }), 'token for the API server'],
    [volume({ hostPath: { path: '/' } }), 'hostPath'],
    [volume({ nfs: { server: '10.0.0.1', path: '/' } }), 'nfs'],
    [volume({ csi: { driver: 'secrets-store.csi.k8s.io' } }), 'csi'],
    [volume({ projected: { sources: [{ serviceAccountToken: { path: 't' } }] } }), 'projects a token'],
    [volume({ ephemeral: { volumeClaimTemplate: { spec: { volumeName: 'pv' } } } }), 'volumeName'],
    [webOf({}, { securityContext: { privileged: true } }), 'privileged'],
    [webOf({}, { ports: [{ containerPort: 80, hostPort: 80 }] }), 'hostPort'],
    [webOf({}, { livenessProbe: { httpGet: { host: '169.254.169.254', port: 80 } } }), 'which the node would ask'],
    [webOf({}, { startupProbe: { tcpSocket: { host: '10.0.0.1', port: 22 } } }), 'which the node would ask'],
    [webOf({}, { lifecycle: { postStart: { httpGet: { host: '10.0.0.1', port: 1 } } } }), 'which the node would ask'],
    [webOf({ initContainers: [{ name: 'i', securityContext: { privileged: true } }] }), 'container i is privileged'],
  ])('refuse pods: %#', (object, message) => {
    expect(() => check(object)).toThrow(message);
  });

  it.each([
    objectOf('batch/v1', 'Job', 'x', { spec: { template: { spec: { containers: [], hostNetwork: true } } } }),
    objectOf('batch/v1', 'CronJob', 'x', {
      spec: { jobTemplate: { spec: { template: { spec: { containers: [], hostNetwork: true } } } } },
    }),
    objectOf('argoproj.io/v1alpha1', 'Rollout', 'x', {
      spec: { template: { spec: { containers: [], hostNetwork: true } } },
    }),
  ])('look into the pods of a $kind', (object) => {
    expect(() => check(object, ['Rollout'])).toThrow('hostNetwork');
  });

  it('a token needs the permission to bind roles', () => {
    const object = webOf({ automountServiceAccountToken: true });
    expect(() => check(object, ['RoleBinding'])).not.toThrow();
    expect(() => check(object, ['Role'])).toThrow(/token/);
  });

  it.each([
    [serviceOf('x', { type: 'NodePort' }), 'NodePort'],
    [serviceOf('x', { type: 'LoadBalancer' }), 'LoadBalancer'],
    [serviceOf('x', { type: 'ExternalName', externalName: 'db.staging.svc' }), 'externalName'],
    [serviceOf('x', { externalIPs: ['10.0.0.1'] }), 'externalIPs'],
    [claim({ volumeName: 'pv-of-others' }), 'volumeName'],
    [claim({ selector: {} }), 'selector'],
    [claim({ storageClassName: '' }), 'storageClassName'],
    [claim({ dataSourceRef: { namespace: 'staging', kind: 'VolumeSnapshot', name: 's' } }), 'dataSourceRef'],
    [
      objectOf('apps/v1', 'StatefulSet', 'x', { spec: { volumeClaimTemplates: [{ spec: { volumeName: 'pv' } }] } }),
      'volumeName',
    ],
    [objectOf('v1', 'Secret', 'x', { type: 'kubernetes.io/service-account-token' }), 'a controller fills'],
    [objectOf('v1', 'Secret', 'x', { type: 'slipway.dev/release' }), 'a controller fills'],
    [objectOf('v1', 'Pod', 'x', { spec: { containers: [] } }), 'bare Pod'],
    [
      objectOf('v1', 'ConfigMap', 'x', { metadata: { labels: { 'slipway.dev/part': 'database' } } }),
      'label slipway.dev/part',
    ],
  ])('refuse fields: %#', (object, message) => {
    expect(() => check(object)).toThrow(message);
  });

  it.each([
    objectOf('v1', 'ServiceAccount', 'default'),
    objectOf('v1', 'Secret', 'database'),
    objectOf('v1', 'Secret', 'review-login'),
    objectOf('v1', 'ConfigMap', 'slipway-objects'),
    objectOf('v1', 'ConfigMap', 'seed-0123456789ab'),
    objectOf('apps/v1', 'StatefulSet', 'database'),
    serviceOf('cache'),
  ])('refuse $kind $metadata.name, which Slipway has itself', (object) => {
    expect(() => check(object)).toThrow('Slipway has an object of this name');
  });

  const finalizers = ['acme.dev/never'];
  it.each([
    [objectOf('v1', 'ConfigMap', 'x', { metadata: { finalizers } }), 'finalizer acme.dev/never'],
    [
      objectOf('apps/v1', 'Deployment', 'x', {
        spec: { template: { metadata: { finalizers }, spec: { containers: [] } } },
      }),
      'finalizer acme.dev/never',
    ],
    [
      objectOf('apps/v1', 'StatefulSet', 'x', { spec: { volumeClaimTemplates: [{ metadata: { finalizers } }] } }),
      'finalizer acme.dev/never',
    ],
    [webOf({ terminationGracePeriodSeconds: 100_000_000 }), 'terminationGracePeriodSeconds'],
    [objectOf('v1', 'ConfigMap', 'x', { metadata: { ownerReferences: [{ kind: 'Node' }] } }), 'ownerReferences'],
  ])('refuse what would keep the environment from being removed: %#', (object, message) => {
    expect(() => check(object)).toThrow(message);
  });

  it('an exported claim passes', () => {
    const metadata = { finalizers: ['kubernetes.io/pvc-protection'] };
    expect(() => check(objectOf('v1', 'PersistentVolumeClaim', 'data', { metadata, spec: {} }))).not.toThrow();
  });

  it('without a database its name is free', () => {
    const parts = { database: false, services: [] };
    expect(() => refuseOpenings([fromFile(serviceOf('database'))], { allow: [], parts })).not.toThrow();
  });

  it('names every object, and how to allow the kinds', () => {
    const all = [
      fromFile(objectOf('rbac.authorization.k8s.io/v1', 'Role', 'a'), 'chart/templates/role.yaml'),
      fromFile(webOf({ hostNetwork: true }), 'k8s/web.yaml:3'),
    ];
    expect(() => refuseOpenings(all, { allow: [], parts: PARTS })).toThrow(
      expect.objectContaining({
        message: expect.stringContaining('chart/templates/role.yaml: Role a'),
        details: [expect.stringContaining('k8s/web.yaml:3: Deployment web: hostNetwork')],
        remedy: expect.stringMatching(
          /review\.leaveOut: \[Role, Deployment\/web\].*review\.allow in slipway\.yml of the default branch: \[Role\]/,
        ),
      }),
    );
  });
});

describe('SEC-25: metadata in a template', () => {
  const set = (metadata: object) =>
    objectOf('apps/v1', 'StatefulSet', 'db', {
      spec: { template: { spec: { containers: [] } }, volumeClaimTemplates: [{ metadata, spec: {} }] },
    });
  const cron = (metadata: object) =>
    objectOf('batch/v1', 'CronJob', 'nightly', {
      spec: { jobTemplate: { metadata, spec: { template: { spec: { containers: [] } } } } },
    });

  it.each([set, cron])('has no label and no finalizer that keeps or disguises it', (made) => {
    expect(() => check(made({ labels: { 'slipway.dev/part': 'database' } }))).toThrow('label slipway.dev/part');
    expect(() => check(made({ finalizers: ['evil.dev/never'] }))).toThrow('finalizer evil.dev/never');
    expect(() => check(made({ labels: { tier: 'data' } }))).not.toThrow();
  });

  it.each([
    [
      'Deployment',
      {
        template: { spec: { hostNetwork: true, containers: [] } },
        jobTemplate: { spec: { template: { spec: { containers: [] } } } },
      },
    ],
    [
      'CronJob',
      {
        jobTemplate: { spec: { template: { spec: { hostNetwork: true, containers: [] } } } },
        template: { spec: { containers: [] } },
      },
    ],
  ])('a second template of a %s hides none', (kind, spec) => {
    const version = kind === 'CronJob' ? 'batch/v1' : 'apps/v1';
    expect(() => check(objectOf(version, kind, 'x', { spec }))).toThrow('hostNetwork');
  });

  it.each([set, cron])('loses annotations that controllers act on', (made) => {
    const annotations = { 'volume.beta.kubernetes.io/storage-class': '', 'checksum/config': 'a' };
    const { object, left } = withoutActing(made({ annotations }));
    expect(left).toEqual(['volume.beta.kubernetes.io/storage-class']);
    expect(JSON.stringify(object)).toContain('checksum/config');
    expect(JSON.stringify(object)).not.toContain('storage-class');
  });
});
