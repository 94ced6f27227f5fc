import { isDeepStrictEqual } from 'node:util';
import type { KubeObject, Rendered } from '../../../ports.ts';

/** The objects of the first of two renders, each with its counterpart of the second render where they differ. */
export function pairRenders(first: readonly Rendered[], second: readonly Rendered[]): Rendered[] {
  const others = new Map(second.map(({ object }) => [keyOf(object), object]));
  return first.map((rendered): Rendered => {
    const again = others.get(keyOf(rendered.object));
    if (!again) return { ...rendered, unstable: true };
    return isDeepStrictEqual(rendered.object, again) ? rendered : { ...rendered, again };
  });
}

function keyOf({ apiVersion, kind, metadata }: KubeObject): string {
  return `${apiVersion}/${kind}/${metadata.namespace ?? ''}/${metadata.name}`;
}
