import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { isClean, table } from '../../../scripts/sweep/report.ts';
import { sweep } from '../../../scripts/sweep/sweep.ts';
import { findSets } from '../../../scripts/sweep/sweep-set.ts';
import { requirePlatform } from '../../support/platform.ts';

const test = await requirePlatform('the sweep over charts and manifests');
/** Of the namespaces that the sets get. */
const RUN = `swp${process.pid}`;

const container = (image: string) => `containers: [{ name: web, image: "${image}", command: [sleep, infinity] }]`;
const workload = (image: string) =>
  `apiVersion: apps/v1
kind: Deployment
metadata: { name: web }
spec:
  replicas: 1
  selector: { matchLabels: { app: web } }
  template:
    metadata:
      labels: { app: web }
      annotations:
    spec: { terminationGracePeriodSeconds: 0, ${container(image)} }
`;

/** A chart with a random password and a hook, a kustomization, and manifests for the whole cluster. */
const files = (image: string): Record<string, string> => ({
  'chart/Chart.yaml': 'apiVersion: v2\nname: web\nversion: 1.0.0\n',
  'chart/templates/web.yaml': workload(image),
  'chart/templates/secret.yaml':
    'apiVersion: v1\nkind: Secret\nmetadata: { name: db }\nstringData: { password: "{{ randAlphaNum 16 }}" }\n',
  'chart/templates/hook.yaml': `apiVersion: batch/v1
kind: Job
metadata: { name: migrate, annotations: { "helm.sh/hook": "pre-install,pre-upgrade" } }
spec: { template: { spec: { restartPolicy: Never, containers: [{ name: m, image: "${image}", command: ["true"] }] } } }
`,
  'overlay/kustomization.yaml':
    'resources: [web.yaml]\nconfigMapGenerator: [{ name: settings, literals: ["LEVEL=info"] }]\n',
  'overlay/web.yaml': workload(image),
  'operator/role.yaml': 'apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRole\nmetadata: { name: reader }\n',
  'operator/web.yaml': workload(image),
});

describe.skipIf(!test)('npm run sweep', () => {
  const made: string[] = [];
  afterAll(() => Promise.all(made.map((folder) => rm(folder, { recursive: true }))));

  async function swept(options: { real: boolean }) {
    if (!test) throw new Error('no platform');
    const root = await mkdtemp(join(tmpdir(), 'slipway-sets-'));
    made.push(root);
    const image = test.platform.baseImages.python;
    for (const [path, text] of Object.entries(files(image))) {
      const file = join(root, path.replace(/^(\w+)/, `${RUN}-$1`));
      await mkdir(dirname(file), { recursive: true });
      await writeFile(file, text);
    }
    const settings = { kubeconfig: test.platform.kubeconfig, env: test.env, images: [image], ...options };
    const results = [];
    for (const folder of await findSets([root])) results.push(await sweep(folder, settings));
    return new Map(results.map((one) => [one.id.replace(`${RUN}-`, ''), one]));
  }

  it('classifies three sets, rolls out what it can, and leaves nothing behind', async () => {
    const found = await swept({ real: true });
    expect([...found].map(([id, { source, class: name, why }]) => [id, source, name, why])).toEqual([
      ['chart', 'helm', 'A', ''],
      ['operator', 'manifests', 'D', 'belongs to the whole cluster'],
      ['overlay', 'kustomize', 'A', ''],
    ]);
    expect(found.get('chart')?.objects).toEqual({ native: 3, slipway: 3 });
    expect(found.get('operator')?.slipway.remedy).toContain('Let the operator apply');
    for (const id of ['chart', 'overlay']) {
      expect(found.get(id)?.real).toMatchObject({
        held: true,
        words: expect.stringMatching(/^succeeded .* unchanged/),
      });
    }
    expect(isClean([...found.values()])).toBe(true);
    expect(table([...found.values()])).toContain('A: 2 (accepted, with the same objects)');
  });
});
