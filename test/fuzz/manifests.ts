import fc from 'fast-check';
import { holds } from '../../src/adapters/kube/holds.ts';
import { readDocuments } from '../../src/adapters/kube/render/documents.ts';
import { SlipwayError, UserError } from '../../src/errors.ts';
import { migrationJobOf } from '../../src/objects/app/migration-job.ts';
import { keepAutoscaled } from '../../src/objects/autoscaled.ts';
import { withConfigHash } from '../../src/objects/config-hash.ts';
import { changeOf } from '../../src/objects/diff.ts';
import { planHooks } from '../../src/objects/hooks.ts';
import { withOwnLabels } from '../../src/objects/own-labels.ts';
import { inOwnNamespace } from '../../src/objects/own-namespace.ts';
import { byPhase } from '../../src/objects/phases.ts';
import { hashOf } from '../../src/objects/release.ts';
import { useImages, workloadWith } from '../../src/objects/use-image.ts';
import { withoutStringData } from '../../src/objects/without-string-data.ts';
import { refuseZeroReplicas } from '../../src/plan/zero-replicas.ts';
import type { Rendered } from '../../src/ports.ts';
import { maskSecret } from '../../src/stages/mask-secrets.ts';
import { parseJson, stringifyJson } from '../../src/text/json.ts';
import { mutationsOf, replacementsIn } from './mutations.ts';

const IMAGE = `localhost:5000/apps/parking@sha256:${'1'.repeat(64)}`;
const TEXT = `apiVersion: v1
kind: Secret
metadata: { name: smtp, labels: &l { team: shop } }
data: { PASSWORD: aHVudGVyMmh1bnRlcjI= }
stringData: { TOKEN: hunter2hunter2 }
---
apiVersion: v1
kind: ConfigMapList
items:
  - { apiVersion: v1, kind: ConfigMap, metadata: { name: c, labels: *l }, data: { a: "1" }, binaryData: { b: AA== } }
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: web, annotations: { a: b }, labels: { <<: *l, app: web } }
spec:
  replicas: 1
  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: { app: web }, annotations: { a: b } }
    spec:
      initContainers: [{ name: init, image: localhost:5000/apps/parking:v1 }]
      containers:
        - name: web
          image: localhost:5000/apps/parking:v1
          envFrom: [{ secretRef: { name: smtp } }, { configMapRef: { name: c } }]
          env: [{ name: A, valueFrom: { secretKeyRef: { name: smtp, key: TOKEN } } }, { name: B, value: "1" }]
          volumeMounts: [{ name: v, mountPath: /v }]
      volumes: [{ name: v, projected: { sources: [{ secret: { name: smtp, items: [{ key: TOKEN, path: t }] } }] } }]
---
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: { name: web }
spec: { scaleTargetRef: { kind: Deployment, name: web, apiVersion: apps/v1 }, maxReplicas: 3 }
---
apiVersion: batch/v1
kind: CronJob
metadata: { name: nightly }
spec: { schedule: "0 3 * * *", jobTemplate: { spec: { template: { spec: { containers: [{ name: c, image: localhost:5000/apps/parking }] } } } } }
`;
const WHOLE = TEXT.replaceAll('*l', '{ team: shop }').replace('<<: { team: shop }', 'team: shop');
const OBJECTS = readDocuments(WHOLE, 'k8s/all.yaml').map(({ object }) => object);

/** What a rollout does with the objects of a team before the server sees them. */
function throughPlans(rendered: readonly Rendered[]): void {
  const objects = inOwnNamespace(useImages(rendered, { parking: IMAGE }), 'parking', () => true).objects.map((object) =>
    withOwnLabels(object, { app: 'parking', environment: 'staging' }),
  );
  planHooks(objects, 'install');
  for (const object of objects) if (object.kind === 'Secret') maskSecret(object, { mask: () => undefined }, '');
  const hashed = withConfigHash(objects, 'salt', (ref) => objects.find(({ metadata }) => metadata.name === ref.name));
  byPhase(hashed);
  hashOf(hashed);
  refuseZeroReplicas(hashed, { environment: 'staging', zeroReplicas: 'refused', idle: [] });
  keepAutoscaled(
    hashed,
    hashed.filter(({ kind }) => kind === 'HorizontalPodAutoscaler'),
    (object) => object,
  );
  const workload = workloadWith(hashed, IMAGE);
  if (workload) migrationJobOf(workload, { app: 'parking', image: IMAGE, command: 'x', labels: {} });
  for (const [index, object] of hashed.entries()) {
    changeOf(objects[index], withoutStringData(object));
    holds(object, object);
    parseJson(stringifyJson(object));
  }
}

/** Refused by our own error, or not at all. */
function noDefect(work: () => void): void {
  try {
    work();
  } catch (error) {
    if (!(error instanceof SlipwayError)) throw error;
  }
}

export const properties: { name: string; property: fc.IProperty<unknown> | fc.IAsyncProperty<unknown> }[] = [
  {
    name: 'a mutated manifest is taken, or refused with file and line',
    property: fc.property(mutationsOf(TEXT), (text) => {
      try {
        readDocuments(text, 'k8s/all.yaml');
      } catch (error) {
        if (!(error instanceof UserError)) throw error;
        for (const line of [error.message, ...error.details]) {
          if (!/^k8s\/all\.yaml:\d+: ./.test(line)) throw new Error(`no place: ${line}`);
        }
      }
    }) as fc.IProperty<unknown>,
  },
  {
    name: 'null, or a value of another type, anywhere in a manifest never is a defect of Slipway',
    property: fc.property(replacementsIn(OBJECTS), (objects) => {
      noDefect(() =>
        throughPlans(readDocuments(`apiVersion: v1\nkind: List\nitems: ${stringifyJson(objects)}\n`, 'k8s/all.yaml')),
      );
    }) as fc.IProperty<unknown>,
  },
];
