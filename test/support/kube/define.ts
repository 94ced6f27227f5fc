import { vi } from 'vitest';
import type { Cluster, KubeObject, ObjectRef } from '../../../src/ports.ts';

const MINUTES = 60_000;
const OLD_MS = 60 * MINUTES;
/** On what a test has defined, and nobody else. */
const LABELS = { 'slipway.dev/test': 'definition' };

/**
 * Defines kinds for a test. What a run that was killed has left is removed before: no test needs its definitions for an hour.
 * One that is there otherwise is somebody else's, or that of a test that runs now: it is used, and stays.
 * @returns takes away again what was made here
 */
export async function define(
  cluster: Pick<Cluster, 'get' | 'create' | 'delete' | 'resource'>,
  definitions: readonly KubeObject[],
): Promise<() => Promise<void>> {
  const made: { ref: ObjectRef; uid: string }[] = [];
  const remove = async () => {
    await Promise.all(made.map(({ ref, uid }) => cluster.delete(ref, { uid })));
  };
  try {
    for (const definition of definitions) {
      const { apiVersion, kind, metadata } = definition;
      const ref = { apiVersion, kind, name: metadata.name };
      await removeLeft(cluster, ref);
      const labelled = { ...definition, metadata: { ...metadata, labels: { ...metadata.labels, ...LABELS } } };
      const created = await cluster.create(labelled, { fieldManager: 'test' });
      if (created) made.push({ ref, uid: created.metadata.uid ?? '' });
    }
    await Promise.all(definitions.map((definition) => served(definition, cluster)));
  } catch (error) {
    await remove();
    throw error;
  }
  return remove;
}

async function removeLeft(cluster: Pick<Cluster, 'get' | 'delete'>, ref: ObjectRef): Promise<void> {
  const live = await cluster.get(ref);
  if (!live || !isLeft(live)) return;
  await cluster.delete(ref, { uid: live.metadata.uid ?? '' });
  const gone = async () => {
    if ((await cluster.get(ref))?.metadata.uid === live.metadata.uid) throw new Error(`${ref.name} is still there`);
  };
  await vi.waitFor(gone, { timeout: MINUTES });
}

function isLeft({ metadata }: KubeObject): boolean {
  const ours = Object.entries(LABELS).every(([name, value]) => metadata.labels?.[name] === value);
  return ours && Date.now() - Date.parse(metadata.creationTimestamp ?? '') > OLD_MS;
}

/** Resolves once the API server serves what a definition defines. */
async function served(definition: KubeObject, cluster: Pick<Cluster, 'resource'>): Promise<void> {
  const { group, names } = definition.spec as { group: string; names: { kind: string } };
  const kind = { apiVersion: `${group}/v1`, kind: names.kind };
  const known = async () => {
    if (!(await cluster.resource(kind))) throw new Error(`${kind.kind} is not served yet`);
  };
  await vi.waitFor(known, { timeout: MINUTES });
}
