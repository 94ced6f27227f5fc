import { loadAll } from 'js-yaml';
import { describe, expect, it } from 'vitest';
import { parseConfig } from '../../../src/config/load.ts';
import type { UserError } from '../../../src/errors.ts';
import { changeOf } from '../../../src/objects/diff.ts';
import { FIELD_MANAGER } from '../../../src/objects/names.ts';
import { schemaProblems } from '../../../src/objects/openapi/problems.ts';
import { refOf } from '../../../src/objects/ref.ts';
import { plannedFields, plannedLines } from '../../../src/plan/planned-change.ts';
import { renderPersistent } from '../../../src/plan/render/persistent.ts';
import { imagesOfCommit, planFor } from '../../../src/plan/rollout-plan.ts';
import type { KubeObject } from '../../../src/ports.ts';
import { documentBlock } from '../../support/e2e/document.ts';
import { chartFiles, folder } from '../../support/kube/chart.ts';
import { memoryLog, ownNamespace } from '../../support/kube/cluster.ts';
import { deliveryScene } from '../../support/kube/delivery.ts';
import { realPorts } from '../../support/kube/real.ts';
import { restrictedCluster } from '../../support/kube/restricted.ts';
import { kubeSuite } from '../../support/kube/suite.ts';
import { requirePlatform } from '../../support/platform.ts';
import { push } from '../../support/unit/events.ts';

const test = await requirePlatform('dry runs without permission to write');
const WRITE = { fieldManager: FIELD_MANAGER };

/** All kinds of objects that slipway.yml describes. No image is there, so no pod starts. */
const config = (own: string, processes: string) => `
app: shop
image: { repository: r.example/shop }
deploy:
  serviceAccount: { name: shop, annotations: { acme.dev/identity: shop } }
  resources: { cpu: 0.5, memory: 64Mi }
  ${own}
  processes: { ${processes} }
  crons: { nightly: { command: clean, schedule: '@daily', suspend: true } }
environments:
  staging: { namespace: NS, host: shop.localhost, services: { cache: redis } }
`;
const BEFORE = config(
  "env: { MODE: a, LEVEL: '1' }",
  'web: { port: 8080, health: /, paths: [/], autoscale: { min: 2, max: 9, cpu: 80 }, volumes: { tmp: { path: /data, emptyDir: 8Mi } } }, api: { port: 8081, paths: [/api] }',
);
const AFTER = config(
  'env: { MODE: b, MORE: x }',
  'web: { port: 8080, health: /up, paths: [/], autoscale: { min: 2, max: 5, cpu: 80 } }, api: { port: 8082, paths: [/api, /v1], securityContext: { readOnlyRootFilesystem: true } }',
);

function objectsOf(text: string, namespace: string): KubeObject[] {
  const parsed = parseConfig(text.replace('NS', namespace), 'slipway.yml');
  const environment = parsed.environments?.staging;
  if (!environment) throw new Error('no environment');
  const inputs = {
    ...{ namespace: undefined, timeoutMs: undefined, onFailure: undefined },
    ...{ allowDowngrade: undefined, dryRun: undefined, takeOver: undefined },
  };
  const event = push();
  const context = { config: parsed, event, workingDirectory: '/' };
  const images = imagesOfCommit(parsed, event.sha);
  const secret = { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'own', namespace }, stringData: { key: text } };
  return [...renderPersistent(planFor('staging', environment, images, inputs, context)).objects, secret];
}

const HOOK = `apiVersion: batch/v1
kind: Job
metadata:
  name: parking-check
  annotations: { helm.sh/hook: "pre-install,pre-upgrade", helm.sh/hook-delete-policy: "before-hook-creation" }
spec:
  template:
    spec:
      restartPolicy: Never
      containers: [{ name: check, image: "IMAGE", command: ["true"] }]
`;

type Rule = Parameters<typeof restrictedCluster>[3][number];

describe.skipIf(!test)('F9: a comparison in place of the dry run of the server', () => {
  const { cluster, namespaces } = kubeSuite(test);

  async function written() {
    if (!cluster) throw new Error('no platform');
    const { name, remove } = await ownNamespace(cluster, 'planned');
    namespaces.push(remove);
    const before = objectsOf(BEFORE, name);
    await Promise.all(before.map((object) => cluster.apply(object, WRITE)));
    return { cluster, namespace: name, before };
  }

  it('finds the same changes as the server, in all kinds, and none where the server finds none', async () => {
    const { cluster: real, namespace, before } = await written();
    const compared = async (objects: KubeObject[]) => {
      const all = await Promise.all(
        objects.map(async (object) => {
          const live = await real.get(refOf(object));
          if (live === undefined) return [];
          const answer = await real.apply(object, { ...WRITE, dryRun: true });
          // A controller may note something between the two requests.
          const server = changeOf(live, answer).lines.filter((line) => !line.includes('deployment.kubernetes.io/'));
          const ours = plannedLines(plannedFields(object, live), object.kind);
          return [{ name: `${object.kind} ${object.metadata.name}`, server, ours }];
        }),
      );
      return all.flat();
    };
    for (const { name, server, ours } of await compared(before)) expect([name, ours]).toEqual([name, server]);
    const changed = await compared(objectsOf(AFTER, namespace));
    expect(
      changed
        .filter(({ server }) => server.length > 0)
        .map(({ name }) => name)
        .sort(),
    ).toMatchInlineSnapshot(`
      [
        "CronJob shop-nightly",
        "Deployment shop-api",
        "Deployment shop-web",
        "HorizontalPodAutoscaler shop-web",
        "Ingress shop",
        "Secret own",
      ]
    `);
    for (const { name, server, ours } of changed) {
      expect([name, ours.length > 0]).toEqual([name, server.length > 0]);
      // A port is known by its number here: another number is another port.
      const others = (lines: string[]) =>
        lines
          .filter((line) => !line.includes('.ports['))
          .map(valuesOf)
          .sort();
      expect([name, others(ours)]).toEqual([name, others(server)]);
    }
  });

  it('shows what a chart would change, with the rules that the guide gives to an account that only reads', async () => {
    if (!test || !cluster) throw new Error('no platform');
    const { update, staging, ports } = await deliveryScene(test, cluster, namespaces);
    const chart = folder(chartFiles(test, { 'run.yaml': HOOK }));
    const rules = (loadAll(documentBlock('docs/kubernetes.md', 'yaml', 'plan-rbac')) as { rules?: Rule[] }[])[0]?.rules;
    const reader = await restrictedCluster(cluster, test.platform, staging, rules ?? []);
    const log = memoryLog();
    const own = { ...ports, log, cluster: reader, renderer: realPorts(test, reader).renderer };
    const first = await update({ helm: { chart } }, { INPUT_DRY_RUN: 'true' }, 'c1', own);
    expect(first.headline).toContain('1 of 1 objects would change');
    expect(log.lines.join('\n')).toContain('+ hook Job parking-check (pre-install, pre-upgrade)');
    expect(log.lines.filter((line) => line.startsWith('warning:'))).toEqual([]);
    reader.close();
  });

  it('knows the schemas of the server: they permit all that Slipway writes, and find what is misspelt', async () => {
    const { cluster: real, before } = await written();
    for (const object of before) {
      const schema = await real.schema(object);
      if (schema === undefined) throw new Error(`no schema of ${object.kind}`);
      expect([object.kind, schemaProblems(object, schema)]).toEqual([object.kind, []]);
    }
    const deployment = before.find(({ kind }) => kind === 'Deployment') as KubeObject & {
      spec: { template: { spec: object } };
    };
    const schema = await real.schema(deployment);
    const wrong = structuredClone(deployment);
    Object.assign(wrong.spec.template.spec, { restartPolcy: 'Always', terminationGracePeriodSeconds: '30' });
    expect(schema && schemaProblems(wrong, schema)).toEqual([
      'unknown field "spec.template.spec.restartPolcy"',
      'spec.template.spec.terminationGracePeriodSeconds: must be an integer, is a string',
    ]);
    const refusal = await real.apply(wrong, { ...WRITE, dryRun: true }).catch((thrown: unknown) => thrown);
    expect((refusal as UserError).details.join()).toMatch(/restartPolcy|terminationGracePeriodSeconds/);
    expect(await real.schema({ apiVersion: 'acme.dev/v1', kind: 'Nothing' })).toBeUndefined();
  });
});

function valuesOf(line: string): string {
  return line.slice(line.indexOf(': ') + 2);
}
