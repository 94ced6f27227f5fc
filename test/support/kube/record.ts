import { writeFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { currentPlatform } from '../../../local/platform.ts';
import type { KubeCluster } from '../../../src/adapters/kube/kube-cluster.ts';
import { byPhase } from '../../../src/objects/phases.ts';
import type { KubeObject } from '../../../src/ports.ts';
import { adminCluster, ownNamespace } from './cluster.ts';
import { compact } from './compact.ts';
import { appObjects, appSpec, deploymentObject, migrationJob, type OneApp } from './spec.ts';

/**
 * Records what the local cluster says while workloads roll, as sequences of watch events for the unit tests:
 * `npx tsx test/support/kube/record.ts [name…]` writes test/fixtures/kube/<name>.jsonl.
 */
const folder = fileURLToPath(new URL('../../fixtures/kube/', import.meta.url));
const KINDS = [
  { apiVersion: 'apps/v1', kind: 'Deployment' },
  { apiVersion: 'apps/v1', kind: 'ReplicaSet' },
  { apiVersion: 'apps/v1', kind: 'StatefulSet' },
  { apiVersion: 'apps/v1', kind: 'DaemonSet' },
  { apiVersion: 'batch/v1', kind: 'Job' },
  { apiVersion: 'v1', kind: 'Pod' },
  { apiVersion: 'v1', kind: 'Event' },
];
const WRITE = { fieldManager: 'slipway' };
/** Ends on SIGTERM, which a program that is process 1 would ignore. */
const SERVE = [
  'python3',
  '-c',
  'import signal, sys, http.server as h; signal.signal(15, lambda *_: sys.exit(0)); h.test(h.SimpleHTTPRequestHandler, port=8080)',
];

interface Scene {
  cluster: KubeCluster;
  base: OneApp;
  /** Everything before it is not recorded. */
  begin(): void;
}
type Scenario = (scene: Scene) => Promise<void>;

const roll = (change: Partial<OneApp>, ms: number): Scenario => {
  return async ({ cluster, base, begin }) => {
    await put(cluster, appObjects(base));
    await delay(15_000);
    begin();
    await put(cluster, appObjects({ ...base, ...change }));
    await delay(ms);
  };
};

const asKind = (kind: string, spec: OneApp): KubeObject => {
  const { strategy: _, replicas, ...rest } = deploymentObject(spec).spec as Record<string, unknown>;
  const own = kind === 'StatefulSet' ? { replicas, serviceName: 'web' } : {};
  return { ...deploymentObject(spec), kind, spec: { ...rest, ...own } };
};

const SCENARIOS: Record<string, Scenario> = {
  'deployment-rolls': roll({ podAnnotations: { version: '2' } }, 20_000),
  'deployment-image-missing': roll({ image: `localhost:5000/kube/none@sha256:${'a'.repeat(64)}` }, 16_000),
  'deployment-crash-loop': roll({ command: 'echo no database; exit 1' }, 15_000),
  'deployment-bad-command': roll({ command: ['nosuchprogram'] }, 10_000),
  'deployment-wrong-port': roll({ command: ['python3', '-m', 'http.server', '9090'] }, 12_000),
  'deployment-unhealthy': roll({ health: '/none' }, 12_000),
  'deployment-unschedulable': roll({ resources: { cpu: '100' } }, 4_000),
  'deployment-secret-missing': roll({ secrets: ['database'] }, 12_000),
  'deployment-secret-comes-later': async (scene) => {
    const { cluster, base, begin } = scene;
    begin();
    await put(cluster, appObjects({ ...base, replicas: 1, secrets: ['database'] }));
    await delay(2_500);
    const secret = { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'database', namespace: base.namespace } };
    await cluster.apply(secret, WRITE);
    await delay(16_000);
  },
  'deployment-quota': async ({ cluster, base, begin }) => {
    await put(cluster, appObjects(base));
    await delay(8_000);
    const metadata = { name: 'small', namespace: base.namespace };
    await cluster.apply({ apiVersion: 'v1', kind: 'ResourceQuota', metadata, spec: { hard: { pods: '2' } } }, WRITE);
    await delay(2_000);
    begin();
    await put(cluster, appObjects({ ...base, podAnnotations: { version: '2' } }));
    await delay(4_000);
  },
  'job-completes': async ({ cluster, base, begin }) => {
    begin();
    await cluster.apply(migrationJob(base, 'echo migrated'), WRITE);
    await delay(8_000);
  },
  'job-fails': async ({ cluster, base, begin }) => {
    begin();
    await cluster.apply(migrationJob(base, 'echo no such table; exit 3'), WRITE);
    await delay(8_000);
  },
  'stateful-set-rolls': async ({ cluster, base, begin }) => {
    await cluster.apply(asKind('StatefulSet', base), WRITE);
    await delay(20_000);
    begin();
    await cluster.apply(asKind('StatefulSet', { ...base, podAnnotations: { version: '2' } }), WRITE);
    await delay(40_000);
  },
  'stateful-set-stuck': async ({ cluster, base, begin }) => {
    await cluster.apply(asKind('StatefulSet', { ...base, command: ['nosuchprogram'] }), WRITE);
    await delay(6_000);
    begin();
    await cluster.apply(asKind('StatefulSet', base), WRITE);
    await delay(6_000);
  },
  'daemon-set-rolls': async ({ cluster, base, begin }) => {
    await cluster.apply(asKind('DaemonSet', base), WRITE);
    await delay(15_000);
    begin();
    await cluster.apply(asKind('DaemonSet', { ...base, podAnnotations: { version: '2' } }), WRITE);
    await delay(20_000);
  },
};

async function put(cluster: KubeCluster, objects: KubeObject[]): Promise<void> {
  for (const object of byPhase(objects).workloads) await cluster.apply(object, WRITE);
}

async function record(name: string, scenario: Scenario, cluster: KubeCluster, image: string): Promise<void> {
  const namespace = await ownNamespace(cluster, 'record');
  const stop = new AbortController();
  let lines: string[] = [];
  const watches = KINDS.map(async (kind) => {
    for await (const { type, object } of cluster.watch(kind, { namespace: namespace.name }, stop.signal)) {
      if (object.kind !== 'Event' || object.type === 'Warning')
        lines.push(JSON.stringify({ type, object: compact(object) }));
    }
  });
  const present = new Map<string, string>();
  try {
    await scenario({
      cluster,
      base: appSpec({ namespace: namespace.name, image, health: '/', command: SERVE }),
      begin: () => {
        // What is there already comes first, each object once, as a watch would begin.
        for (const line of lines) {
          const { type, object } = JSON.parse(line) as { type: string; object: KubeObject };
          const uid = object.metadata.uid ?? '';
          if (type === 'DELETED') present.delete(uid);
          else present.set(uid, JSON.stringify({ type: 'ADDED', object }));
        }
        lines = [...present.values(), JSON.stringify({ type: 'BEGIN' })];
      },
    });
  } finally {
    stop.abort();
    await Promise.all(watches);
    await namespace.remove();
  }
  const text = `${lines.join('\n')}\n`.replaceAll(namespace.name, 'recorded');
  await writeFile(`${folder}${name}.jsonl`, text);
  console.log(`${name}: ${lines.length} events, ${text.length} bytes`);
}

const platform = await currentPlatform();
if (!platform) throw new Error('the local platform is not up (npm run local:up)');
const cluster = adminCluster(platform);
const wanted = process.argv.slice(2);
for (const [name, scenario] of Object.entries(SCENARIOS)) {
  if (wanted.length === 0 || wanted.includes(name)) await record(name, scenario, cluster, platform.baseImages.python);
}
cluster.close();
