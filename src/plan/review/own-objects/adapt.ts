import { UserError } from '../../../errors.ts';
import { list, textOf } from '../../../objects/fields.ts';
import { isHook } from '../../../objects/hooks.ts';
import { fitName, shortHash } from '../../../objects/names.ts';
import { podTemplateOf, runsImage } from '../../../objects/pod-template.ts';
import type { KubeObject, Rendered } from '../../../ports.ts';
import { stringifyJson } from '../../../text/json.ts';
import { withoutActing } from './annotations.ts';
import { ROUTE_KINDS } from './routes.ts';

export interface Adaptation {
  /** The images of the app, by digest. */
  ours: ReadonlySet<string>;
  /** `review.crons`. */
  crons: boolean | readonly string[];
  /** `review.replicas`. */
  replicas: number | undefined;
  /** The default branch allows tokens for the API server. */
  tokens: boolean;
  /** The default branch allows pods on nodes that are reserved by taints. */
  tolerations: boolean;
}

/** Kinds of no use in a review environment: it keeps its replicas, and may be interrupted. */
const LEFT_OUT = new Set(['PodDisruptionBudget', 'HorizontalPodAutoscaler']);

/**
 * The objects as a review environment runs them, and what differs from how they are written.
 * @throws UserError for a name of `review.crons` that no CronJob has
 */
export function adapt(
  rendered: readonly Rendered[],
  adaptation: Adaptation,
): { rendered: Rendered[]; notes: string[] } {
  refuseUnknownCrons(rendered, adaptation);
  const notes: string[] = [];
  const adapted = rendered.flatMap((one): Rendered[] => {
    const name = `${one.object.kind} ${one.object.metadata.name}`;
    if (LEFT_OUT.has(one.object.kind)) {
      notes.push(`${name} is left out: a review environment keeps its replicas, and may be interrupted`);
      return [];
    }
    // The annotations of routes are those of `ingress`.
    const { object, left } = ROUTE_KINDS.has(one.object.kind)
      ? { object: structuredClone(one.object), left: [] }
      : withoutActing(one.object);
    if (left.length > 0) notes.push(`${name}: annotations that controllers act on are left out: ${left.join(', ')}`);
    const changes = [tokenless, untolerating, suspended, scaled].map((change) => change(object, adaptation));
    notes.push(...changes.flatMap((change) => (change === undefined ? [] : [`${name}: ${change}`])));
    return [{ ...one, object: renamed(object) }];
  });
  return { rendered: adapted, notes };
}

function refuseUnknownCrons(rendered: readonly Rendered[], { crons }: Adaptation): void {
  const known = rendered.flatMap(({ object }) => (object.kind === 'CronJob' ? [object.metadata.name] : []));
  const unknown = Array.isArray(crons) ? crons.find((name) => !known.includes(name)) : undefined;
  if (unknown === undefined) return;
  throw new UserError(`review.crons: the objects have no CronJob "${unknown}"`, {
    remedy: `${known.length > 0 ? `There are: ${known.join(', ')}.` : 'They have none.'} Nothing was written.`,
  });
}

/** Mounts no token: that of an account is mounted unless the account or the pod says otherwise. */
function tokenless(object: KubeObject, { tokens }: Adaptation): string | undefined {
  if (tokens) return undefined;
  if (object.kind === 'ServiceAccount') {
    const asked = object.automountServiceAccountToken === true;
    object.automountServiceAccountToken = false;
    return asked ? 'its token is not mounted, because pods of a review environment have none' : undefined;
  }
  const spec = podTemplateOf(object)?.spec;
  if (spec) spec.automountServiceAccountToken = false;
  return undefined;
}

/** The control plane itself adds these to pods, and they reserve nothing. */
const OF_THE_NODE = ['node.kubernetes.io/not-ready', 'node.kubernetes.io/unreachable'];

/** Nodes that are reserved by taints are not for the code of pull requests. */
function untolerating(object: KubeObject, { tolerations }: Adaptation): string | undefined {
  const spec = podTemplateOf(object)?.spec;
  if (tolerations || !Array.isArray(spec?.tolerations)) return undefined;
  const kept = list(spec.tolerations).filter(({ key }) => OF_THE_NODE.includes(textOf(key)));
  const isSame = kept.length === spec.tolerations.length;
  spec.tolerations = kept;
  return isSame
    ? undefined
    : 'its tolerations are left out (review.allow: [tolerations] of the default branch keeps them)';
}

function suspended(object: KubeObject, { crons }: Adaptation): string | undefined {
  const { kind, metadata, spec } = object as KubeObject & { spec?: { suspend?: boolean } };
  if (kind !== 'CronJob' || !spec || spec.suspend === true) return undefined;
  if (crons === true || (crons !== false && crons.includes(metadata.name))) return undefined;
  spec.suspend = true;
  return 'it is suspended: a review environment runs only the schedules of review.crons';
}

function scaled(object: KubeObject, { replicas, ours }: Adaptation): string | undefined {
  const { kind, spec } = object as KubeObject & { spec?: { replicas?: number } };
  if (replicas === undefined || (kind !== 'Deployment' && kind !== 'StatefulSet') || !spec) return undefined;
  const template = podTemplateOf(object);
  const runsApp = template && runsImage(template, ours);
  if (!runsApp || spec.replicas === replicas) return undefined;
  spec.replicas = replicas;
  return `review.replicas: ${replicas}`;
}

/** The template of a Job can never be changed: another image makes another Job, and the one before is deleted. */
function renamed(object: KubeObject): KubeObject {
  if (object.kind !== 'Job' || isHook(object)) return object;
  const name = `${fitName(object.metadata.name, 52)}-${shortHash(stringifyJson(object.spec), 10)}`;
  return { ...object, metadata: { ...object.metadata, name } };
}
