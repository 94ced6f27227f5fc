import { rm } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { podTemplateOf } from '../../../src/objects/pod-template.ts';
import { manifestsOf, type OwnApp } from '../../support/kube/own-app.ts';
import { requirePlatform } from '../../support/platform.ts';
import { REPOSITORY } from './images.ts';
import { ReviewStage } from './stage.ts';
import { visit } from './visit.ts';

const platform = (await requirePlatform('own objects that a review environment refuses'))?.platform;
const REVIEW = '{ host: "pr-{number}-$ID.localhost" }';
const WITH_DATABASE = '{ database: { image: "$REGISTRY/library/postgres:15" }, host: "pr-{number}-$ID.localhost" }';
const DEPLOY = '{ manifests: k8s }';

/** One hostile file for each wall: what it adds to a good set, and the words that name it. */
const HOSTILE: [what: string, yaml: string, words: string][] = [
  [
    'a policy that opens everything',
    'apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: { name: open }\nspec: { podSelector: {}, egress: [{}] }\n',
    'NetworkPolicy open',
  ],
  [
    'rights for its account',
    'apiVersion: rbac.authorization.k8s.io/v1\nkind: RoleBinding\nmetadata: { name: admin }\nroleRef: { apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: cluster-admin }\nsubjects: [{ kind: ServiceAccount, name: web }]\n',
    'RoleBinding admin',
  ],
  [
    'rights in the whole cluster',
    'apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRoleBinding\nmetadata: { name: admin }\nroleRef: { apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: cluster-admin }\nsubjects: []\n',
    'ClusterRoleBinding admin',
  ],
  [
    'a port of the nodes',
    'apiVersion: v1\nkind: Service\nmetadata: { name: x }\nspec: { type: NodePort, ports: [{ port: 80 }] }\n',
    'NodePort',
  ],
  [
    'the disk of the node',
    'apiVersion: apps/v1\nkind: Deployment\nmetadata: { name: x }\nspec: { selector: { matchLabels: { a: b } }, template: { metadata: { labels: { a: b } }, spec: { containers: [{ name: x, image: x }], volumes: [{ name: v, hostPath: { path: / } }] } } }\n',
    'hostPath',
  ],
  [
    'a token for the API server',
    'apiVersion: v1\nkind: Secret\nmetadata: { name: x, annotations: { kubernetes.io/service-account.name: web } }\ntype: kubernetes.io/service-account-token\n',
    'type kubernetes.io/service-account-token',
  ],
  [
    'an object of another namespace',
    'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: x, namespace: kube-system }\n',
    'kube-system',
  ],
  [
    'configuration of the ingress controller',
    'apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: { name: x, annotations: { zalando.org/skipper-routes: "r: * -> status(200) -> <shunt>;" } }\nspec: { rules: [{ http: { paths: [] } }] }\n',
    'zalando.org/skipper-routes is not in ingress.annotations',
  ],
  [
    'another host',
    'apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: { name: x }\nspec: { rules: [{ host: www.acme.dev, http: { paths: [] } }] }\n',
    'host www.acme.dev',
  ],
  [
    'the Secret of the environment',
    'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: slipway-objects }\n',
    'slipway-objects',
  ],
];

describe.skipIf(!platform)('own objects that a review environment refuses', () => {
  let stage: ReviewStage;
  let image: string;
  const folders: string[] = [];

  beforeAll(async () => {
    if (!platform) throw new Error('no platform');
    stage = await ReviewStage.open(platform);
    image = await stage.image('1', 1);
  });
  afterAll(async () => {
    await Promise.all(folders.map((folder) => rm(folder, { recursive: true, force: true })));
    expect((await stage?.close()) ?? []).toEqual([]);
  });

  const app = (more: Partial<OwnApp> = {}): OwnApp => ({
    repository: `${platform?.registry}/${REPOSITORY}`,
    ingressClass: platform?.ingress.className ?? '',
    ...more,
  });
  const made = (more?: string) => {
    const folder = manifestsOf(app(more === undefined ? {} : { more }));
    folders.push(folder);
    return folder;
  };

  it.each(HOSTILE)('%s: named, and not even the namespace is made', async (what, yaml, words) => {
    const event = stage.github.actor.openPullRequest({ title: what, branch: what.replaceAll(' ', '-') });
    const { number } = event.payload as { number: number };
    const result = await stage.run(event, { folder: made(yaml), deploy: DEPLOY, review: REVIEW, image });
    const error = result.error;
    expect([error?.message, ...(error?.details ?? [])].join('\n')).toContain(words);
    expect(error?.remedy).toContain('Nothing was written');
    const namespace = { apiVersion: 'v1', kind: 'Namespace', name: stage.namespace(number) };
    expect(await stage.cluster.get(namespace)).toBeUndefined();
  });

  it('a running environment stays as it is; other objects replace those of slipway.yml, and the other way round', async () => {
    if (!platform) return;
    const event = stage.github.actor.openPullRequest({ title: 'own', branch: 'own' });
    const { number } = event.payload as { number: number };
    const namespace = stage.namespace(number);
    const url = `http://pr-${number}-${stage.repositoryId}.localhost:${platform.ingress.port}`;
    const names = async () =>
      (await stage.cluster.list({ apiVersion: 'apps/v1', kind: 'Deployment' }, { namespace }))
        .map(({ metadata }) => metadata.name)
        .sort();
    const own = { deploy: '{ manifests: k8s, migrate: python3 -m parking.migrate }', image };

    expect((await stage.run(event, { image })).error).toBeUndefined();
    expect(await names()).toEqual(['parking']);

    const refused = await stage.run(stage.github.actor.synchronize(number), {
      ...own,
      folder: made(HOSTILE[0]?.[1]),
    });
    expect(refused.error?.message).toContain('NetworkPolicy open');
    expect((await visit(url)).status).toBe(200);
    expect(await names()).toEqual(['parking']);

    const policy = { apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy', name: 'open', namespace };
    const withPolicy = { ...own, folder: made(HOSTILE[0]?.[1]) };
    const allowed = await stage.run(stage.github.actor.synchronize(number), {
      ...withPolicy,
      review: WITH_DATABASE.replace(/ }$/, ', allow: [NetworkPolicy] }'),
    });
    expect(allowed.error).toBeUndefined();
    expect(await stage.cluster.get(policy)).toBeDefined();
    const served = await stage.run(stage.github.actor.synchronize(number), {
      ...withPolicy,
      review: WITH_DATABASE.replace(/ }$/, ', leaveOut: [NetworkPolicy] }'),
    });
    expect(served.error).toBeUndefined();
    expect(await stage.cluster.get(policy)).toBeUndefined();
    expect(await names()).toEqual(['web']);
    const [live] = await stage.cluster.list({ apiVersion: 'apps/v1', kind: 'Deployment' }, { namespace });
    const container = live && podTemplateOf(live)?.spec.containers[0];
    expect(container?.envFrom).toContainEqual({ secretRef: { name: 'database' } });
    expect((await visit(`${url}/lots`)).status).toBe(200);

    const back = await stage.run(stage.github.actor.synchronize(number), { image });
    expect(back.error).toBeUndefined();
    expect(await names()).toEqual(['parking']);
    expect(
      await stage.cluster.get({ apiVersion: 'v1', kind: 'ConfigMap', name: 'settings', namespace }),
    ).toBeUndefined();
    expect((await visit(url)).status).toBe(200);
  });
});
