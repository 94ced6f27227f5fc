import { UserError } from '../../../errors.ts';
import type { KubeObject, Rendered } from '../../../ports.ts';

/**
 * The objects without those of `review.leaveOut`: `Kind`, or `Kind/name`.
 * @throws UserError for an entry that no object matches
 */
export function leaveOut(
  rendered: readonly Rendered[],
  entries: readonly string[],
): { rendered: Rendered[]; notes: string[] } {
  const unused = entries.find((entry) => !rendered.some(({ object }) => isMeant(object, entry)));
  if (unused !== undefined) {
    const kinds = [...new Set(rendered.map(({ object }) => object.kind))].sort();
    throw new UserError(`review.leaveOut: the objects have no ${unused}`, {
      details: [`their kinds: ${kinds.join(', ')}`],
      remedy: 'Write a kind (NetworkPolicy), or a kind and a name (Ingress/admin). Nothing was written.',
    });
  }
  const left = rendered.filter(({ object }) => entries.some((entry) => isMeant(object, entry)));
  return {
    rendered: rendered.filter((one) => !left.includes(one)),
    notes: left.map(({ object }) => `${object.kind} ${object.metadata.name} is left out (review.leaveOut)`),
  };
}

function isMeant({ kind, metadata }: KubeObject, entry: string): boolean {
  return entry === kind || entry === `${kind}/${metadata.name}`;
}
