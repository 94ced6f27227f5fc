import { EnvironmentError, FieldsImmutable, NotServed, SlipwayError, Unreachable, UserError } from '../../errors.ts';
import type { Hook } from '../../objects/hooks.ts';
import { wouldNeedDeletion } from '../../objects/immutable.ts';
import { refOf, shortName } from '../../objects/ref.ts';
import { sameObject } from '../../objects/same.ts';
import { deployersOf } from '../../objects/take-over.ts';
import type { Cluster, KubeObject } from '../../ports.ts';
import { inPool } from '../pool.ts';
import { type Comparison, compared } from './compare.ts';
import { liveObjects } from './live.ts';
import type { RollOutRequest } from './request.ts';
import { missingClasses } from './storage-classes.ts';
import { tryTakeOver } from './take-over.ts';

/** An object that passed the server's validation. */
export interface Checked {
  /** As it will be written. */
  object: KubeObject;
  /** The live object; undefined when it does not exist. */
  live: KubeObject | undefined;
  /** The result of the dry run; undefined where there is none yet (a kind that this run defines, a Job that ran). */
  dryRun: KubeObject | undefined;
  /** The write would change something. */
  changes: boolean;
  /** Other deployers that manage fields of it; the write takes these fields over. */
  takesFrom?: string[];
  /** In place of a dry run, which the account may not do. */
  compared?: Comparison['compared'];
  /** The object that must exist before the server can validate this one. */
  awaits?: 'definition' | 'role';
}

/** A hook that passed the server's validation. */
export interface CheckedHook extends Hook {
  checked: Checked;
}

/** The hooks of a rollout, in the order in which they run. */
export interface CheckedHooks {
  pre: CheckedHook[];
  post: CheckedHook[];
}

export interface CheckedRequest {
  request: RollOutRequest;
  objects: Checked[];
  jobs: Checked[];
  /** Hooks run where something is written; absent where there are none. */
  hooks?: CheckedHooks;
  /** No changes: the rollout writes nothing, and waits for the live objects. */
  observe?: boolean;
}

/** What was checked, to be carried out until this signal aborts. */
export function untilAborted(checked: CheckedRequest, signal: AbortSignal): CheckedRequest {
  return { ...checked, request: { ...checked.request, signal } };
}

/** An object that the server refuses. */
export interface RefusedObject {
  object: KubeObject;
  error: SlipwayError;
}

/**
 * Lets the API server validate every object of the run, without storing any. The error names all refused objects.
 * @throws UserError or EnvironmentError; nothing was written
 */
export async function check(request: RollOutRequest, cluster: Cluster): Promise<CheckedRequest> {
  const { checked, refusals } = await checkEach(request, cluster);
  const errors = [...refusals.map(({ error }) => error), ...(await missingClasses(checked.objects, cluster))];
  if (errors.length === 0) return checked;
  throw allOf(errors, request.objects.length + request.jobs.length);
}

/**
 * As `check`, but an object that the server refuses is left out of the request.
 * @throws Unreachable
 */
export async function checkEach(
  request: RollOutRequest,
  cluster: Cluster,
): Promise<{ checked: CheckedRequest; refusals: RefusedObject[] }> {
  const defined = definedKinds(request.objects);
  const dryRun = { fieldManager: request.fieldManager, dryRun: true, takeOver: request.takeOver ?? false };
  const live = liveObjects(request.objects, cluster);
  const objects = await inPool(request.objects, (object) =>
    checkedOrRefused(object, () => checkOne(object, { live, cluster, dryRun, request, defined })),
  );
  const jobs = await inPool(request.jobs, (job) =>
    checkedOrRefused(job, () => checkJob(job, request, cluster, dryRun)),
  );
  const isChecked = (one: Checked | RefusedObject): one is Checked => !('error' in one);
  const refusals = [...objects, ...jobs].filter((one) => 'error' in one);
  return { checked: { request, objects: objects.filter(isChecked), jobs: jobs.filter(isChecked) }, refusals };
}

/** A refused object does not keep the others from being validated; a cluster that does not answer does. */
async function checkedOrRefused(object: KubeObject, work: () => Promise<Checked>): Promise<Checked | RefusedObject> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof SlipwayError && !(error instanceof Unreachable)) return { object, error };
    throw error;
  }
}

type DryRun = { fieldManager: string; dryRun: boolean; takeOver: boolean };

/** What one object is validated with. */
interface Around {
  live: ReturnType<typeof liveObjects>;
  cluster: Cluster;
  dryRun: DryRun;
  request: RollOutRequest;
  /** Kinds that the request defines. */
  defined: ReadonlySet<string>;
}

async function checkOne(object: KubeObject, around: Around): Promise<Checked> {
  const { cluster, dryRun, defined } = around;
  const unknown = { object, live: undefined, dryRun: undefined, changes: true };
  if (defined.has(kindKey(object)) && (await cluster.resource(object)) === undefined) {
    return { ...unknown, awaits: 'definition' };
  }
  if (around.request.mayTry?.(object) === false) return comparedOnly(object, around);
  if (dryRun.takeOver) {
    const held = await around.live(object);
    const takesFrom = held ? deployersOf(held, dryRun.fieldManager) : [];
    if (held && takesFrom.length > 0) {
      const taken = await tryTakeOver(object, held, dryRun.fieldManager, cluster);
      refuseUnrollable(taken);
      return { object, live: held, dryRun: taken, changes: true, takesFrom };
    }
  }
  const [live, answer] = await Promise.all([
    around.live(object),
    cluster.apply(object, dryRun).catch((error: unknown) => {
      if (error instanceof SlipwayError && !(error instanceof Unreachable)) return error;
      throw error;
    }),
  ]);
  if (answer instanceof FieldsImmutable) throw live ? wouldNeedDeletion(answer, object, live) : answer;
  if (answer instanceof SlipwayError) {
    if (await awaitsRole(object, answer, around)) return { ...unknown, live, awaits: 'role' };
    throw answer;
  }
  refuseUnrollable(answer);
  return { object, live, dryRun: answer, changes: !sameObject(live, answer) };
}

async function comparedOnly(object: KubeObject, { cluster, dryRun, live }: Around): Promise<Checked> {
  const held = await live(object);
  const one = { object, live: held, dryRun: undefined, ...(await compared(object, held, cluster)) };
  refuseUnrollable(held ?? object);
  const takesFrom = held && dryRun.takeOver ? deployersOf(held, dryRun.fieldManager) : [];
  return takesFrom.length > 0 ? { ...one, changes: true, takesFrom } : one;
}

/**
 * The server validates a RoleBinding against its Role, unless the account may `bind`. A Role of the same request does not
 * exist yet at that time.
 * @see https://kubernetes.io/docs/reference/access-authn-authz/rbac/#restrictions-on-role-binding-creation-or-update
 */
async function awaitsRole(binding: KubeObject, error: SlipwayError, { live, request }: Around): Promise<boolean> {
  const { roleRef } = binding as { roleRef?: { kind?: string; name?: string } };
  if (binding.kind !== 'RoleBinding' || roleRef?.kind !== 'Role' || !/not found/.test(error.message)) return false;
  const role = request.objects.find(({ kind, metadata }) => kind === 'Role' && metadata.name === roleRef.name);
  return role !== undefined && (await live(role)) === undefined;
}

/** An existing Job is not written again; its template is immutable. */
async function checkJob(
  object: KubeObject,
  { mayTry }: RollOutRequest,
  cluster: Cluster,
  dryRun: DryRun,
): Promise<Checked> {
  const live = await cluster.get(refOf(object));
  if (live) return { object, live, dryRun: undefined, changes: false };
  if (mayTry?.(object) === false)
    return { object, live, dryRun: undefined, ...(await compared(object, live, cluster)) };
  return { object, live, dryRun: await cluster.apply(object, dryRun), changes: true };
}

/** Workloads whose controller would not roll them out: waiting for them would be waiting for a person. */
function refuseUnrollable(object: KubeObject): void {
  const spec = (object.spec ?? {}) as { paused?: boolean; updateStrategy?: { type?: string } };
  const { kind, metadata } = object;
  if (kind === 'Deployment' && spec.paused) {
    throw new UserError(`${shortName(refOf(object))} is paused`, {
      remedy: `Resume it: kubectl -n ${metadata.namespace} rollout resume deployment/${metadata.name}; or find out who paused it, and why.`,
    });
  }
  if ((kind === 'StatefulSet' || kind === 'DaemonSet') && spec.updateStrategy?.type === 'OnDelete') {
    throw new UserError(`${shortName(refOf(object))} replaces its pods only when somebody deletes them (OnDelete)`, {
      remedy: 'Set spec.updateStrategy.type to RollingUpdate.',
    });
  }
}

/** Kinds that the run itself defines. */
function definedKinds(objects: readonly KubeObject[]): Set<string> {
  const definitions = objects.filter((object) => object.kind === 'CustomResourceDefinition');
  return new Set(
    definitions.map((definition) => {
      const spec = definition.spec as { group?: string; names?: { kind?: string } };
      return `${spec.group}/${spec.names?.kind}`;
    }),
  );
}

function kindKey(object: KubeObject): string {
  return `${object.apiVersion.split('/')[0]}/${object.kind}`;
}

/** One error for all refusals, without duplicates: a missing namespace gives the same refusal for every object. */
function allOf(problems: readonly SlipwayError[], count: number): SlipwayError {
  const different = [...new Map(problems.map((problem) => [problem.message, problem])).values()];
  const [first] = different;
  if (first && different.length === 1) return first;
  const details = different.flatMap((problem) => [
    problem.message,
    ...problem.details.map((line) => `  ${line}`),
    ...(problem.remedy ? [`  ${problem.remedy}`] : []),
  ]);
  return new (kindOf(different))(`the cluster refuses ${problems.length} of ${count} objects; nothing was written`, {
    details,
    remedy: 'Correct them all, then run it again.',
  });
}

function kindOf(problems: readonly SlipwayError[]): typeof UserError | typeof EnvironmentError | typeof NotServed {
  const Kind = [NotServed, EnvironmentError].find((one) => problems.every((problem) => problem instanceof one));
  return Kind ?? UserError;
}
