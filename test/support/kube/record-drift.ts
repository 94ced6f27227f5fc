import { mkdir, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { currentPlatform, platformEnv } from '../../../local/platform.ts';
import { refOf } from '../../../src/objects/ref.ts';
import { withoutStringData } from '../../../src/objects/without-string-data.ts';
import type { KubeObject } from '../../../src/ports.ts';
import { Records } from '../../../src/stages/rollout/records.ts';
import { adminCluster } from './cluster.ts';
import { DriftScene } from './drift-scene.ts';

/**
 * Records what the local cluster says of objects that people have changed, for the unit tests:
 * `npx tsx test/support/kube/record-drift.ts` writes test/fixtures/drift/<name>.jsonl, a line for each object: the recorded one,
 * what is live, what the server would make of the record, and what a new object would be.
 */
const folder = fileURLToPath(new URL('../../fixtures/drift/', import.meta.url));
const WRITE = { fieldManager: 'slipway', dryRun: true };

type Scenario = (scene: DriftScene) => Promise<unknown>;

const SCENARIOS: Record<string, Scenario> = {
  released: (scene) => scene.kubectl('rollout', 'restart', 'deployment/web'),
  'changed-by-hand': async (scene) => {
    const containers = [{ name: 'web', image: 'registry.example/other:1', env: [{ name: 'MODE', value: 'wild' }] }];
    await scene.edit('deployments/web', { spec: { replicas: 2, template: { spec: { containers } } } });
    await scene.kubectl('set', 'env', 'deployment/web', 'DEBUG=1', 'DB_PASSWORD=hunter3');
    await scene.edit('deployments/web', { metadata: { labels: { 'slipway.dev/app': null } } });
    const port = { op: 'replace', path: '/spec/ports/0/port', value: 443 };
    await scene.edit('services/web', [port], 'json-patch');
    await scene.edit('secrets/keys', { data: { password: 'aHVudGVyMw==' } });
  },
  'made-anew': (scene) => scene.makeAnew({}, { stdin: true }),
};

const platform = await currentPlatform();
if (!platform) throw new Error('the local platform is not up (npm run local:up)');
const cluster = adminCluster(platform);

function compact(object: KubeObject): KubeObject {
  const { uid: _1, resourceVersion: _2, ...metadata } = object.metadata;
  const { status: _3, ...rest } = object;
  return { ...rest, apiVersion: object.apiVersion, kind: object.kind, metadata };
}

async function views(recorded: KubeObject) {
  const live = await cluster.get(refOf(recorded));
  // Two ports without names: the server refuses what a roll-out would make of it.
  const wanted = await cluster.preview(recorded, 'slipway').catch(() => undefined);
  const other = { ...recorded, metadata: { ...recorded.metadata, name: `${recorded.metadata.name}-as-new` } };
  const asNew = await cluster.create(other, WRITE);
  if (!live || !asNew) throw new Error(`${recorded.kind} ${recorded.metadata.name} is not there`);
  return { recorded, live: compact(live), wanted: wanted && compact(wanted), asNew: compact(asNew) };
}

await mkdir(folder, { recursive: true });
for (const [name, change] of Object.entries(SCENARIOS)) {
  const scene = await DriftScene.open({ platform, env: { HOME: process.env.HOME, ...platformEnv(platform) } }, cluster);
  try {
    await scene.release();
    await change(scene);
    const [release] = await new Records(cluster, scene).list({ app: 'parking', environment: 'staging' });
    const objects = await Promise.all((release?.objects ?? []).map((object) => views(withoutStringData(object))));
    const lines = objects.map((object) => `${JSON.stringify(object)}\n`);
    const text = lines.join('').replaceAll(scene.namespace, 'recorded');
    await writeFile(`${folder}${name}.jsonl`, text.replaceAll(platform.registry, 'registry.example'));
    console.log(`${name}: ${objects.length} objects, ${text.length} bytes`);
  } finally {
    await scene.remove();
  }
}
cluster.close();
