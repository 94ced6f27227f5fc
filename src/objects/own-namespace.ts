import { EnvironmentError, UserError } from '../errors.ts';
import type { KubeObject, Rendered } from '../ports.ts';
import { groupOf } from './ref.ts';

/** Cluster-wide, but part of an app: custom resources of the same run need it. */
const ALLOWED_CLUSTER_WIDE = new Set(['CustomResourceDefinition']);

/** The objects of a set in the namespace of the environment, and the Namespace itself if the set contains it. */
export interface PlacedObjects {
  objects: KubeObject[];
  namespace: KubeObject | undefined;
}

interface Problem {
  why: 'unserved' | 'cluster-wide' | 'other-namespace' | 'twice';
  text: string;
}

/**
 * Places the objects in the namespace of the environment. The error names all objects that it refuses: of a kind that the
 * cluster does not serve, cluster-wide (a pipeline of one app does not change what others share), of another namespace, or
 * described twice.
 * @param namespaced whether a kind is namespaced; undefined when the cluster does not serve it
 * @throws UserError; EnvironmentError if missing kinds are the only problem
 */
export function inOwnNamespace(
  rendered: readonly Rendered[],
  namespace: string,
  namespaced: (object: KubeObject) => boolean | undefined,
): PlacedObjects {
  const problems: Problem[] = [];
  const placed = new Map<string, Rendered>();
  let own: KubeObject | undefined;
  for (const { object, location } of rendered) {
    const { kind, metadata } = object;
    if (kind === 'Namespace' && metadata.name === namespace) {
      own = object;
      continue;
    }
    const scope = namespaced(object);
    const problem = problemOf(object, scope, namespace);
    if (problem) {
      problems.push({ ...problem, text: `${location}: ${problem.text}` });
      continue;
    }
    const key = `${groupOf(object)}/${kind}/${metadata.name}`;
    const first = placed.get(key);
    if (first)
      problems.push({ why: 'twice', text: `${location}: ${kind} ${metadata.name} is also in ${first.location}` });
    const put = scope ? { ...object, metadata: { ...metadata, namespace } } : object;
    if (!first) placed.set(key, { object: put, location });
  }
  if (problems.length > 0) throw refusalOf(problems, rendered, namespace);
  return { objects: [...placed.values()].map(({ object }) => object), namespace: own };
}

function problemOf(
  { apiVersion, kind, metadata }: KubeObject,
  scope: boolean | undefined,
  own: string,
): Problem | undefined {
  const name = `${kind} ${metadata.name}`;
  if (scope === undefined) return { why: 'unserved', text: `the cluster does not serve ${kind} of ${apiVersion}` };
  if (!scope) {
    return ALLOWED_CLUSTER_WIDE.has(kind)
      ? undefined
      : { why: 'cluster-wide', text: `${name} belongs to the whole cluster` };
  }
  if ((metadata.namespace ?? own) === own) return undefined;
  return { why: 'other-namespace', text: `${name} is for namespace ${metadata.namespace}, not ${own}` };
}

function refusalOf(
  problems: readonly Problem[],
  rendered: readonly Rendered[],
  namespace: string,
): UserError | EnvironmentError {
  const [first = '', ...details] = problems.map(({ text }) => text);
  const whys = new Set(problems.map(({ why }) => why));
  const remedies = [
    ...(whys.has('other-namespace') ? [namespaceRemedy(rendered, namespace)] : []),
    ...(whys.has('cluster-wide') ? ['Let the operator apply what belongs to the whole cluster.'] : []),
    ...(whys.has('twice') ? ['Describe each object once.'] : []),
    ...(whys.has('unserved')
      ? [
          'Install the missing CustomResourceDefinitions, or use an apiVersion that the cluster serves (kubectl api-resources).',
        ]
      : []),
  ];
  const context = { details, remedy: remedies.join(' ') };
  const onlyMissing = whys.size === 1 && whys.has('unserved');
  return onlyMissing ? new EnvironmentError(first, context) : new UserError(first, context);
}

/** If all objects name one other namespace, slipway.yml most likely has the wrong one. */
function namespaceRemedy(rendered: readonly Rendered[], namespace: string): string {
  const named = new Set(rendered.flatMap(({ object }) => object.metadata.namespace ?? []));
  const [only] = named;
  const leaveOut = `leave metadata.namespace out (Slipway sets ${namespace})`;
  if (named.size > 1 || only === undefined) return `${leaveOut[0]?.toUpperCase()}${leaveOut.slice(1)}.`;
  return `All objects that name a namespace name ${only}: set namespace: ${only} for this environment in slipway.yml, or ${leaveOut}.`;
}
