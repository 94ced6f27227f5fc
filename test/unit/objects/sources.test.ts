import { describe, expect, it } from 'vitest';
import { keepAutoscaled } from '../../../src/objects/autoscaled.ts';
import { changeOf } from '../../../src/objects/diff.ts';
import { LABELS } from '../../../src/objects/names.ts';
import { inOwnNamespace } from '../../../src/objects/own-namespace.ts';
import { byPhase, needsConfiguration } from '../../../src/objects/phases.ts';
import { repositoryOf } from '../../../src/objects/pod-template.ts';
import { sameObject } from '../../../src/objects/same.ts';
import { useImages, workloadWith } from '../../../src/objects/use-image.ts';
import type { KubeObject, Rendered } from '../../../src/ports.ts';
import { refusal } from '../../support/refusal.ts';

const IMAGE = `europe-west1-docker.pkg.dev/acme/apps/parking@sha256:${'1'.repeat(64)}`;
const REPOSITORY = repositoryOf(IMAGE);

const at = (object: KubeObject, location = 'k8s/web.yaml:1'): Rendered => ({ object, location });
const workload = (kind: string, spec: unknown, name = 'web'): KubeObject => ({
  apiVersion: 'apps/v1',
  kind,
  metadata: { name },
  spec: spec as Record<string, unknown>,
});
const podSpec = (...images: string[]) => ({ containers: images.map((image, index) => ({ name: `c${index}`, image })) });
describe('the image of a rollout', () => {
  it.each([
    ['Deployment', { template: { spec: podSpec(`${REPOSITORY}:v1`) } }],
    ['CronJob', { jobTemplate: { spec: { template: { spec: podSpec(REPOSITORY) } } } }],
    ['Pod', podSpec(`${REPOSITORY}@sha256:${'2'.repeat(64)}`)],
    ['Rollout', { template: { spec: podSpec(`${REPOSITORY}:latest`) } }],
  ])('is put into a %s, whatever tag it had', (kind, spec) => {
    expect(JSON.stringify(useImages([at(workload(kind, spec))], { parking: IMAGE }))).toContain(`"image":"${IMAGE}"`);
  });

  it('is put into init containers as well, and leaves other images alone', () => {
    const spec = {
      ...podSpec(`${REPOSITORY}:v1`, 'envoyproxy/envoy:v1'),
      initContainers: [{ name: 'i', image: REPOSITORY }],
    };
    const [used] = useImages([at(workload('Deployment', { template: { spec } }))], { parking: IMAGE });
    expect(used?.object.spec).toEqual({
      template: {
        spec: {
          containers: [
            { name: 'c0', image: IMAGE },
            { name: 'c1', image: 'envoyproxy/envoy:v1' },
          ],
          initContainers: [{ name: 'i', image: IMAGE }],
        },
      },
    });
  });

  it('does not change what was handed in', () => {
    const object = workload('Deployment', { template: { spec: podSpec(`${REPOSITORY}:v1`) } });
    useImages([at(object)], { parking: IMAGE });
    expect(JSON.stringify(object)).toContain(`${REPOSITORY}:v1`);
  });

  it('must be used by a container: a rollout of nothing would look like a success', () => {
    const object = workload('Deployment', { template: { spec: podSpec('nginx:1', `${REPOSITORY}-worker:v1`) } });
    const error = refusal(() => useImages([at(object)], { parking: IMAGE }));
    expect(error.message).toBe(`no container of the manifests uses ${REPOSITORY}`);
    expect(error.details).toEqual([`they use: docker.io/library/nginx, ${REPOSITORY}-worker`]);
  });

  it('CH-5: each of several images is put into its containers, and one that occurs nowhere is refused by its name', () => {
    const worker = `${REPOSITORY}-worker@sha256:${'2'.repeat(64)}`;
    const set = [
      at(workload('Deployment', { template: { spec: podSpec(`${REPOSITORY}:v1`, `${REPOSITORY}-worker:v1`) } })),
      at(workload('CronJob', { jobTemplate: { spec: { template: { spec: podSpec(`${REPOSITORY}-worker`) } } } })),
    ];
    const text = JSON.stringify(useImages(set, { api: IMAGE, worker }));
    expect(text.split(worker)).toHaveLength(3);
    expect(text.split(IMAGE)).toHaveLength(2);
    const e2e = `r.example/e2e@sha256:${'4'.repeat(64)}`;
    expect(useImages(set, { api: IMAGE, worker, e2e }, ['e2e'])).toHaveLength(2);
    const error = refusal(() =>
      useImages(set.slice(0, 1), { api: IMAGE, web: `r.example/web@sha256:${'3'.repeat(64)}`, worker }),
    );
    expect(error.message).toBe('no container of the manifests uses image web (r.example/web)');
    expect(error.remedy).toContain('images.web.repository');
  });

  it.each([
    ['redis', 'docker.io/library/redis'],
    ['acme/parking:v1', 'docker.io/acme/parking'],
    ['localhost:5000/apps/parking', 'localhost:5000/apps/parking'],
    ['localhost:5000/apps/parking:v1', 'localhost:5000/apps/parking'],
    [IMAGE, 'europe-west1-docker.pkg.dev/acme/apps/parking'],
  ])('%s is of repository %s', (image, repository) => {
    expect(repositoryOf(image)).toBe(repository);
  });

  it('says which pod a migration runs like', () => {
    const other = workload('Deployment', { template: { spec: podSpec('nginx') } }, 'other');
    const web = workload('Deployment', { template: { spec: podSpec(IMAGE) } });
    expect(workloadWith([other, web], IMAGE)?.metadata.name).toBe('web');
    expect(workloadWith([other], IMAGE)).toBeUndefined();
  });
});

describe('the namespace of a rollout', () => {
  const namespaced = ({ kind }: KubeObject) => !/^(Cluster|Custom|Namespace)/.test(kind);
  const put = (...rendered: Rendered[]) => inOwnNamespace(rendered, 'parking', namespaced).objects;

  it('is put into every object', () => {
    expect(put(at(workload('Deployment', {})))[0]?.metadata).toEqual({ name: 'web', namespace: 'parking' });
  });

  it('refuses every object of another one, with its place', () => {
    const foreign = { ...workload('Deployment', {}), metadata: { name: 'web', namespace: 'kube-system' } };
    const error = refusal(() => put(at(foreign), at({ ...foreign, kind: 'Secret' }, 'k8s/web.yaml:9')));
    expect(error.message).toBe('k8s/web.yaml:1: Deployment web is for namespace kube-system, not parking');
    expect(error.details).toEqual(['k8s/web.yaml:9: Secret web is for namespace kube-system, not parking']);
  });

  it('refuses what belongs to the whole cluster, but not a definition', () => {
    expect(refusal(() => put(at(workload('ClusterRole', {})))).message).toContain('belongs to the whole cluster');
    expect(put(at(workload('CustomResourceDefinition', {})))[0]?.metadata).not.toHaveProperty('namespace');
  });

  it('CH-14: is told apart from the objects where the manifests describe it; another one is refused', () => {
    const own = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'parking', labels: { mesh: 'on' } } };
    expect(inOwnNamespace([at(own)], 'parking', namespaced)).toEqual({ objects: [], namespace: own });
    const other = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'other' } };
    expect(refusal(() => put(at(other))).message).toContain('Namespace other');
  });

  it('CH-17: names every kind that is not served and every object of the whole cluster at once', () => {
    const one = (kind: string) => ({ ...workload(kind, {}), apiVersion: 'hx.one/v1' });
    const served = (object: KubeObject) => (object.apiVersion === 'hx.one/v1' ? undefined : namespaced(object));
    const rendered = [
      at(one('One')),
      at(one('Two'), 'k8s/web.yaml:9'),
      at(workload('ClusterRole', {}), 'k8s/rbac.yaml:1'),
    ];
    const error = refusal(() => inOwnNamespace(rendered, 'parking', served));
    expect([error.message, ...error.details]).toEqual([
      'k8s/web.yaml:1: the cluster does not serve One of hx.one/v1',
      'k8s/web.yaml:9: the cluster does not serve Two of hx.one/v1',
      'k8s/rbac.yaml:1: ClusterRole web belongs to the whole cluster',
    ]);
    expect(error.remedy).toContain('Let the operator apply');
    expect(error.remedy).toContain('Install the missing CustomResourceDefinitions');
  });

  it('CH-21: refuses an object that is described twice, with both places', () => {
    const error = refusal(() => put(at(workload('Deployment', {})), at(workload('Deployment', {}), 'k8s/copy.yaml:3')));
    expect(error.message).toBe('k8s/copy.yaml:3: Deployment web is also in k8s/web.yaml:1');
    const other = { ...workload('Deployment', {}), apiVersion: 'apps.x.dev/v1' };
    expect(put(at(workload('Deployment', {})), at(other))).toHaveLength(2);
  });

  it('CH-23: advises the namespace that all objects name', () => {
    const inShop = (name: string, namespace = 'sock-shop') => ({
      ...workload('Deployment', {}),
      metadata: { name, namespace },
    });
    const error = refusal(() => put(at(inShop('a')), at(inShop('b'))));
    expect(error.remedy).toContain('set namespace: sock-shop for this environment in slipway.yml');
    expect(refusal(() => put(at(inShop('a')), at(inShop('b', 'other')))).remedy).not.toContain('set namespace');
  });
});

describe('the order of writes', () => {
  it('is definitions, configuration, backing services, workloads, the rest', () => {
    const of = (kind: string) => workload(kind, {});
    const labels = { [LABELS.managedBy]: 'slipway', [LABELS.component]: 'service', [LABELS.part]: 'cache' };
    const inStaging = { ...labels, [LABELS.environment]: 'staging' };
    const cache = { ...of('Deployment'), metadata: { name: 'cache', labels: inStaging } };
    const others = ['Ingress', 'Deployment', 'Secret', 'CustomResourceDefinition', 'Lot', 'Job', 'ServiceAccount'];
    const phases = byPhase([...others.map(of), cache]);
    // In a review environment they start beside the database.
    expect(byPhase([{ ...of('Deployment'), metadata: { name: 'cache', labels } }]).workloads).toHaveLength(1);
    const kinds = Object.entries(phases).map(([phase, objects]) => [phase, objects.map(({ kind }) => kind)]);
    expect(Object.fromEntries(kinds)).toEqual({
      definitions: ['CustomResourceDefinition'],
      configuration: ['Secret', 'ServiceAccount'],
      backing: ['Deployment'],
      workloads: ['Deployment', 'Job'],
      rest: ['Ingress', 'Lot'],
    });
  });

  it('CH-15: puts what an operator needs to make Secrets before the migration', () => {
    const custom = (kind: string, apiVersion: string) => ({ ...workload(kind, {}), apiVersion });
    const objects = [
      custom('SecretStore', 'external-secrets.io/v1'),
      custom('ExternalSecret', 'external-secrets.io/v1'),
      custom('Issuer', 'cert-manager.io/v1'),
      custom('VaultAuth', 'secrets.hashicorp.com/v1beta1'),
      workload('RoleBinding', {}),
      workload('Role', {}),
    ];
    const { configuration } = byPhase(objects);
    expect(configuration).toEqual(objects);
    expect(configuration.filter(needsConfiguration).map(({ kind }) => kind)).toEqual(['ExternalSecret', 'RoleBinding']);
  });
});

describe('a change', () => {
  const live: KubeObject = {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'web', generation: 3, resourceVersion: '9', managedFields: [1] },
    spec: { replicas: 2, template: { spec: podSpec('a:1', 'b:1') } },
    status: { replicas: 2 },
  };

  it('is none when only the server’s own counting differs', () => {
    const metadata = { name: 'web', generation: 4, resourceVersion: '10', managedFields: [2] };
    expect(sameObject(live, { ...live, metadata })).toBe(true);
    expect(sameObject(undefined, live)).toBe(false);
    expect(sameObject(live, { ...live, spec: { replicas: 3 } })).toBe(false);
  });

  it('is told field by field, items of lists by their names', () => {
    const after = { ...live, spec: { replicas: 3, template: { spec: podSpec('a:1', 'b:2') } } };
    expect(changeOf(live, after).lines).toEqual([
      'spec.replicas: 2 → 3',
      'spec.template.spec.containers[c1].image: "b:1" → "b:2"',
    ]);
    expect(changeOf(undefined, after)).toEqual({ change: 'new', lines: [] });
  });

  it('of a Secret does not show its values', () => {
    const secret = (password: string): KubeObject => ({
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: 's' },
      data: { password },
    });
    expect(changeOf(secret('b2xk'), secret('bmV3')).lines).toEqual(['data.password: *** → ***']);
  });
});

describe('what an autoscaler decides', () => {
  const web = (replicas: number) => workload('Deployment', { replicas });
  const autoscaler: KubeObject = {
    apiVersion: 'autoscaling/v2',
    kind: 'HorizontalPodAutoscaler',
    metadata: { name: 'web' },
    spec: { scaleTargetRef: { kind: 'Deployment', name: 'web' } },
  };

  it('stays as it is: the number of replicas of the live object', () => {
    expect(keepAutoscaled([web(2)], [autoscaler], () => web(7))[0]?.spec).toEqual({ replicas: 7 });
  });

  it('is begun with the number of the plan on a first deploy', () => {
    expect(keepAutoscaled([web(2)], [autoscaler], () => undefined)[0]?.spec).toEqual({ replicas: 2 });
  });

  it('is only its own target', () => {
    const other = workload('Deployment', { replicas: 2 }, 'other');
    expect(keepAutoscaled([other], [autoscaler], () => web(7))[0]?.spec).toEqual({ replicas: 2 });
  });
});
