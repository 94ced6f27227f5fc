import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Operation, withOperations } from '../../../src/objects/patch/json-patch.ts';
import { strategicMerge } from '../../../src/objects/patch/strategic-merge.ts';
import { appObjects, appSpec } from '../../support/kube/spec.ts';

/** Patches are held against `kubectl patch --local`, which needs no cluster. */
const [DEPLOYMENT, SERVICE] = appObjects(appSpec({ env: { A: '1', B: '2' } }));
const CONTAINER = DEPLOYMENT?.metadata.name;
const pod = (spec: object) => ({ spec: { template: { spec } } });

const run = promisify(execFile);
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'slipway-patch-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function byKubectl(object: object | undefined, type: 'strategic' | 'json', patch: object): Promise<unknown> {
  const file = join(folder, 'object.json');
  writeFileSync(file, JSON.stringify(object));
  const args = ['patch', '--local', '-f', file, '--type', type, '-p', JSON.stringify(patch), '-o', 'json'];
  return JSON.parse((await run('kubectl', args)).stdout);
}

/** kubectl puts new items of a list in front, Slipway behind: lists are compared without their order. */
function unordered(value: unknown): unknown {
  if (Array.isArray(value))
    return value.map(unordered).sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([key, one]) => [key, unordered(one)] as const);
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)));
}

describe('patches are those of kubectl', () => {
  it.each([
    ['fields', { spec: { minReadySeconds: 5, strategy: null }, metadata: { annotations: { a: 'b' } } }],
    ['a sidecar', pod({ containers: [{ name: 'proxy', image: 'p', ports: [{ containerPort: 1 }] }] })],
    [
      'variables',
      pod({
        containers: [
          {
            name: CONTAINER,
            env: [
              { name: 'A', $patch: 'delete' },
              { name: 'C', value: '3' },
            ],
          },
        ],
      }),
    ],
    ['a port', pod({ containers: [{ name: CONTAINER, ports: [{ containerPort: 9090, name: 'metrics' }] }] })],
    ['arguments', pod({ containers: [{ name: CONTAINER, args: ['-v'], envFrom: [{ secretRef: { name: 's' } }] }] })],
    ['volumes', pod({ volumes: [{ name: 'tmp', emptyDir: {} }], initContainers: [{ name: 'i', image: 'i' }] })],
    ['a list that is replaced', pod({ containers: [{ $patch: 'replace' }, { name: 'only', image: 'o' }] })],
    ['a map that is replaced', { spec: { strategy: { $patch: 'replace', type: 'Recreate' } } }],
    ['spread', pod({ topologySpreadConstraints: [{ topologyKey: 'zone', maxSkew: 2 }], tolerations: [{ key: 'a' }] })],
    ['aliases', pod({ hostAliases: [{ ip: '10.0.0.1', hostnames: ['a'] }], imagePullSecrets: [{ name: 'p' }] })],
  ])('strategic merge: %s', async (_, patch) => {
    const own = strategicMerge(DEPLOYMENT as NonNullable<typeof DEPLOYMENT>, patch as Record<string, unknown>);
    expect(unordered(own)).toEqual(unordered(await byKubectl(DEPLOYMENT, 'strategic', patch)));
  });

  it('strategic merge: ports of a Service', async () => {
    const patch = {
      spec: {
        ports: [
          { port: 80, nodePort: 30080 },
          { port: 81, targetPort: 81 },
        ],
      },
    };
    const own = strategicMerge(SERVICE as NonNullable<typeof SERVICE>, patch);
    expect(unordered(own)).toEqual(unordered(await byKubectl(SERVICE, 'strategic', patch)));
  });

  it('JSON patch, in order', async () => {
    const operations: Operation[] = [
      { op: 'test', path: '/kind', value: 'Deployment' },
      { op: 'add', path: '/spec/template/spec/containers/0/args', value: ['a', 'b'] },
      { op: 'add', path: '/spec/template/spec/containers/0/args/1', value: 'c' },
      { op: 'move', from: '/spec/template/spec/containers/0/args/0', path: '/spec/template/spec/containers/0/args/-' },
      { op: 'copy', from: '/metadata/labels', path: '/metadata/annotations' },
      { op: 'remove', path: '/metadata/annotations/app.kubernetes.io~1name' },
      { op: 'replace', path: '/spec/replicas', value: 4 },
    ];
    const own = withOperations(DEPLOYMENT as NonNullable<typeof DEPLOYMENT>, operations);
    expect(own).toEqual(await byKubectl(DEPLOYMENT, 'json', operations));
  });
});
