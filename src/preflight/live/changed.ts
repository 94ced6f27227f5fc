import type { KubeObject } from '../../ports.ts';
import { type Finding, finding } from '../finding.ts';
import { isCompared, type Part, partsOf } from '../side-by-side/parts.ts';
import type { LiveEnvironment } from './facts.ts';

/** An environment, and the one from which releases are promoted to it. */
export interface LivePair {
  from: LiveEnvironment;
  to: LiveEnvironment;
}

/**
 * What somebody added in one environment by hand, after its last release, and what the next one does not have: it works there,
 * and no release brings it further.
 * @param own repositories of the app's images
 */
export function changedByHand({ from, to }: LivePair, own: readonly string[]): Finding[] {
  const { recorded } = from;
  if (recorded === undefined) return [];
  const next = new Map(partsByName(everything(to), own));
  return recorded.filter(isCompared).flatMap((object) => {
    const name = `${object.kind} ${object.metadata.name}`;
    const live = everything(from).find((one) => `${one.kind} ${one.metadata.name}` === name);
    if (live === undefined) return [];
    const released = new Set(partsOf(object, { own }).map(keyOf));
    return partsOf(live, { own })
      .filter((part) => !released.has(keyOf(part)) && !next.has(keyOf(part)))
      .filter(({ kind }) => kind !== 'version')
      .map((part) =>
        finding('changed-by-hand', {
          where: { environment: from.environment, object: name },
          confidence: 'likely',
          seen: `${from.environment} has ${part.name}, which its last release did not write; ${to.environment} does not have it`,
          remedy:
            'Write it into slipway.yml or the manifests, so that the next release brings it to both, or take it out.',
          key: part.name,
        }),
      );
  });
}

const keyOf = ({ name, of }: Part) => `${of} ${name}`;

/** Objects of a list lack their kind. */
function everything({ own }: LiveEnvironment): KubeObject[] {
  return [...own].flatMap(([kind, objects]) => objects.map((one) => ({ ...one, kind })));
}

function partsByName(objects: readonly KubeObject[], own: readonly string[]): [string, Part][] {
  return objects
    .filter(isCompared)
    .flatMap((one) => partsOf(one, { own }).map((part): [string, Part] => [keyOf(part), part]));
}
