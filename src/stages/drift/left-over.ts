import type { Release } from '../../objects/release.ts';
import { isLeftOver, kindsOf, ownSelector, releaseWith } from '../../plan/drift/left-over.ts';
import { later, managersOf } from '../../plan/drift/managers.ts';
import type { ObjectDrift } from '../../plan/drift/report.ts';
import type { Cluster, KubeObject } from '../../ports.ts';
import { permitted } from '../permitted.ts';
import { inPool } from '../pool.ts';
import { identity } from './object.ts';

/** Objects with the labels of this app and environment that are not part of the last good release. */
export async function leftOvers(
  good: Release,
  releases: readonly Release[],
  namespace: string,
  { cluster, note }: { cluster: Cluster; note(sentence: string): void },
): Promise<ObjectDrift[]> {
  const kinds = kindsOf(releases);
  const mayList = await permitted('list', kinds, namespace, cluster);
  const hidden = kinds.filter((kind) => !mayList(kind)).map(({ kind }) => kind);
  if (hidden.length > 0) {
    note(`no search for left-over objects of ${hidden.join(', ')}: \`list\` is not permitted`);
  }
  const labelSelector = ownSelector(good.app, good.environment);
  const found = await inPool(kinds.filter(mayList), async (kind) => {
    const objects = await cluster.list(kind, { namespace, labelSelector });
    // The items of a list lack their kind.
    return objects.map((object) => ({ ...object, apiVersion: kind.apiVersion, kind: kind.kind }));
  });
  return found
    .flat()
    .filter((object) => isLeftOver(object, good))
    .map((object) => ({ ...identity(object), state: 'left-over', note: origin(object, releases), fields: [] }));
}

function origin(object: KubeObject, releases: readonly Release[]): string {
  const release = releaseWith(object, releases);
  const [newest] = managersOf(object).sort(later);
  const touched = newest ? `, last changed by ${newest.name} at ${newest.at ?? 'an unknown time'}` : '';
  const from = release ? `It belongs to ${release}` : 'No record of a release has it';
  return `${from}; created at ${object.metadata.creationTimestamp}${touched}.`;
}
