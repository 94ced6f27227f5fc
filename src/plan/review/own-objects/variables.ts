import type { Variable } from '../../../objects/app/variables.ts';
import { configRefsOf } from '../../../objects/config-refs.ts';
import { list, textOf } from '../../../objects/fields.ts';
import { type Container, containersOf, podTemplateOf } from '../../../objects/pod-template.ts';
import type { Rendered } from '../../../ports.ts';

export interface Variables {
  /** The images of the app, by digest: their containers get the variables. */
  ours: ReadonlySet<string>;
  /** Secret of the database, and the names of its variables; undefined: there is no database. */
  database: { secret: string; names: readonly string[] } | undefined;
  /** Variables of the services and of `review.env`. */
  variables: readonly Variable[];
}

/**
 * Gives the containers that run an image of the app the variables of the environment. The Secret of the database comes by
 * `envFrom`; a variable of the container would win over it, and point to another database, so it is left out. A pod that names
 * the Secret itself, in a variable or a volume, gets no `envFrom`.
 */
export function giveVariables(
  rendered: readonly Rendered[],
  variables: Variables,
): { rendered: Rendered[]; notes: string[] } {
  const notes: string[] = [];
  const given = rendered.map((one): Rendered => {
    const object = structuredClone(one.object);
    const template = podTemplateOf(object);
    if (template === undefined) return one;
    const { database } = variables;
    const names = new Set(configRefsOf(template).flatMap(({ kind, name }) => (kind === 'Secret' ? [name] : [])));
    const secret = database !== undefined && !names.has(database.secret) ? database : undefined;
    for (const container of containersOf(template).filter(({ image = '' }) => variables.ours.has(image))) {
      const replaced = give(container, secret, variables.variables);
      if (replaced.length > 0) {
        const title = `${object.kind} ${object.metadata.name}, container ${container.name}`;
        notes.push(`${title}: the environment has its own ${replaced.join(', ')}`);
      }
    }
    return { ...one, object };
  });
  return { rendered: given, notes };
}

/** @returns the names of variables of the container that are replaced */
function give(container: Container, database: Variables['database'], own: readonly Variable[]): string[] {
  const taken = new Set([...(database?.names ?? []), ...own.map(({ name }) => name)]);
  const before = list(container.env);
  const env = [...before.filter(({ name }) => !taken.has(textOf(name))), ...own];
  if (env.length > 0) container.env = env;
  else delete container.env;
  // The last of several sources wins.
  if (database) container.envFrom = [...list(container.envFrom), { secretRef: { name: database.secret } }];
  return before.map(({ name }) => textOf(name)).filter((name) => taken.has(name));
}
