import { UserError } from '../../../errors.ts';
import type { Rendered } from '../../../ports.ts';

/** The objects of a set, for the namespace of the environment. */
export interface Relocated {
  rendered: Rendered[];
  notes: string[];
}

/**
 * Takes the namespace out of the objects, and leaves their own Namespace out: a team's files name the namespace of staging.
 * @param namespace of the environment
 * @throws UserError for objects of several namespaces: they would have to find each other across namespaces
 */
export function relocate(rendered: readonly Rendered[], namespace: string): Relocated {
  const named = rendered.flatMap(({ object: { metadata, kind }, location }) =>
    metadata.namespace !== undefined && metadata.namespace !== namespace && kind !== 'Namespace'
      ? [
          {
            namespace: metadata.namespace,
            text: `${location}: ${kind} ${metadata.name} is for namespace ${metadata.namespace}`,
          },
        ]
      : [],
  );
  const [first, ...more] = new Map(named.map((one) => [one.namespace, one.text]));
  const own = new Set([namespace, ...(first ? [first[0]] : [])]);
  const spaces = rendered.filter(({ object }) => isNamespace(object));
  const foreign = spaces.filter(({ object }) => first !== undefined && !own.has(object.metadata.name));
  const several = spaces.length > 1 ? spaces : foreign;
  if (more.length > 0 || several.length > 0) {
    const [text = '', ...details] = [
      ...(more.length > 0 ? [first, ...more].flatMap((one) => one?.[1] ?? []) : []),
      ...several.map(({ object, location }) => `${location}: Namespace ${object.metadata.name}`),
    ];
    throw new UserError(text, {
      details: [...details, 'A review environment is one namespace.'],
      remedy:
        'Leave objects of other namespaces out of review environments, by an overlay or values of their own. Nothing was written.',
    });
  }
  const [space] = spaces;
  return {
    rendered: rendered.filter(({ object }) => !isNamespace(object)).map(withoutNamespace),
    notes: space
      ? [
          `${space.location}: Namespace ${space.object.metadata.name} is left out, with its labels: Slipway makes the namespace of a review environment`,
        ]
      : [],
  };
}

function isNamespace({ apiVersion, kind }: { apiVersion: string; kind: string }): boolean {
  return kind === 'Namespace' && apiVersion === 'v1';
}

function withoutNamespace(one: Rendered): Rendered {
  const strip = (object: Rendered['object']) => {
    const { namespace: _, ...metadata } = object.metadata;
    return { ...object, metadata };
  };
  return { ...one, object: strip(one.object), ...(one.again ? { again: strip(one.again) } : {}) };
}
