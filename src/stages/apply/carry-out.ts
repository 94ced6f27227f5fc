import { messageOf, NotServed, ScaledMeanwhile } from '../../errors.ts';
import { makesSecrets } from '../../objects/makes-secrets.ts';
import { ANNOTATIONS } from '../../objects/names.ts';
import { byPhase, isRoute, needsConfiguration, wavesOf } from '../../objects/phases.ts';
import { refOf, shortName } from '../../objects/ref.ts';
import type { Kind, KubeObject } from '../../ports.ts';
import { tryAgain } from '../../readiness/held-back.ts';
import { watchesOf } from '../../readiness/judge.ts';
import { inPool } from '../pool.ts';
import { Steps } from '../steps.ts';
import { type Checked, type CheckedHooks, type CheckedRequest, check } from './check.ts';
import { NamespaceWatch } from './namespace-watch.ts';
import { runJob } from './pre-job.ts';
import { Progress } from './progress.ts';
import { reportOf } from './report.ts';
import type { RollOutPorts, RollOutReport } from './request.ts';
import { deleteHooks, type HookContext, runHooks } from './run-hooks.ts';
import { takeOver } from './take-over.ts';
import { waitFor } from './wait.ts';

/** An operator needs seconds, an authority longer; and a kubelet looks for a Secret that was missing after up to 15 s. */
const FOR_SECRETS_MS = 60_000;

const NO_HOOKS: CheckedHooks = { pre: [], post: [] };
const ofHook = ({ checked }: CheckedHooks['pre'][number]) => checked;

/** What the phases of one rollout share. */
interface Rollout extends HookContext {
  checked: CheckedRequest;
  hooks: CheckedHooks;
  /** Objects with fields that other deployers manage and Slipway takes over. */
  taken: ReadonlySet<KubeObject>;
  /** Objects whose controllers were made to try again: once all are ready, they are written as they should stay. */
  triedAgain: KubeObject[];
}

/**
 * Writes what was checked, phase by phase, and waits until it is ready. From here on errors are not thrown: whatever
 * happens is in the report, with what was written by then.
 */
export async function carryOut(checked: CheckedRequest, ports: RollOutPorts): Promise<RollOutReport> {
  const { request, objects, jobs } = checked;
  const { clock, log, cluster } = ports;
  const ended = new AbortController();
  const watch = new NamespaceWatch(ports, request.namespace, AbortSignal.any([request.signal, ended.signal]));
  const hooks = (!checked.observe && checked.hooks) || NO_HOOKS;
  const all = [...hooks.pre.map(ofHook), ...jobs, ...objects, ...hooks.post.map(ofHook)].map(({ object }) => object);
  const progress = new Progress([...new Set(all)]);
  const steps = new Steps(log, clock);
  const deadline = clock.now() + request.deadlineMs;
  const forSecretsMs = objects.some(({ object }) => makesSecrets(object)) ? FOR_SECRETS_MS : 0;
  const { signal, onProgress, onWaiting } = request;
  const waiting = { clock, signal, deadline, forSecretsMs, onProgress, onWaiting };
  const shared = { request, ports, watch, progress, steps, waiting, failedHooks: [] };
  try {
    const taken = new Set(objects.filter(({ takesFrom }) => takesFrom).map(({ object }) => object));
    await phases({ ...shared, checked, hooks, taken, triedAgain: [] });
  } catch (error) {
    progress.interruption = error;
  }
  const report = await reportOf(progress, watch, cluster, request.deadlineMs);
  ended.abort();
  await deleteHooks(shared.failedHooks, 'hook-failed', ports);
  return { ...report, steps: steps.list, ms: steps.elapsed() };
}

/**
 * Definitions → hooks before → configuration → backing services → Jobs → workloads and the rest → wait → routes → hooks
 * after. It ends early when something cannot become ready.
 */
async function phases(rollout: Rollout): Promise<void> {
  const { checked, hooks, progress, steps, watch } = rollout;
  const parts = byPhase(checked.objects.map(({ object }) => object));
  // The streams open while configuration is written: what happens to the first pod is seen as it happens.
  const first = [...hooks.pre.map(ofHook), ...checked.jobs].map(({ object }) => object);
  watch.add(watchedFor([...parts.backing, ...parts.workloads, ...first]));
  if (parts.definitions.length > 0) {
    await steps.run('define', () => write(rollout, parts.definitions));
    await settle(rollout);
    if (progress.isOver) return;
    await checkDefined(rollout);
  }
  if (hooks.pre.length > 0) await runHooks(hooks.pre, rollout);
  if (progress.isOver) return;
  if (parts.configuration.length > 0) await steps.run('configure', () => configure(rollout, parts.configuration));
  if (parts.backing.length > 0) await steps.run('services', () => writeBacking(rollout, parts.backing));
  if (progress.isOver) return;
  for (const job of checked.jobs) {
    const { request } = checked;
    const work = () => runJob(job, request, rollout.ports, watch, rollout.waiting, progress);
    const { name } = job.object.metadata;
    progress.ran(await steps.run(`run ${name}`, work, { job: name }));
    if (progress.isOver) return;
  }
  await writeInOrder(rollout, parts);
  if (progress.isOver) return;
  await inPool(rollout.triedAgain, (object) => leaveAsItShould(rollout, object));
  await runAfter(rollout);
}

/** Migration and app connect when they start. */
async function writeBacking(rollout: Rollout, objects: readonly KubeObject[]): Promise<void> {
  await write(rollout, objects);
  await settle(rollout);
}

/**
 * Writes workloads wave by wave, the rest with the first one. A route that exists keeps leading to the pods that serve, and
 * is written once the new ones are ready: its path may lead to another Service now.
 */
async function writeInOrder(rollout: Rollout, { workloads, rest }: ReturnType<typeof byPhase<KubeObject>>) {
  const { checked, progress, steps } = rollout;
  const [first, ...waves] = wavesOf(workloads);
  const lives = new Set(checked.objects.flatMap(({ object, live }) => (live ? [object] : [])));
  const routes = rest.filter((object) => isRoute(object) && lives.has(object));
  await steps.run('write', async () => {
    if (workloads.length > 0) progress.wroteWorkloads = true;
    await write(rollout, first?.objects ?? []);
    await write(
      rollout,
      rest.filter((object) => !routes.includes(object)),
    );
  });
  for (const { objects, after } of waves) {
    const names = after.map(({ metadata }) => metadata.name).join(', ');
    await steps.run(`wait for ${names}`, () => settle(rollout, after));
    if (progress.isOver) return;
    await steps.run('write', () => write(rollout, objects));
  }
  await steps.run('wait', () => settle(rollout));
  if (progress.isOver || routes.length === 0) return;
  await steps.run('route', async () => {
    await write(rollout, routes);
    await settle(rollout);
  });
}

/** Everything is ready. It also waits for the workloads among the hooks. */
async function runAfter(rollout: Rollout): Promise<void> {
  const { hooks, progress, steps, watch } = rollout;
  if (hooks.post.length === 0) return;
  watch.add(watchedFor(hooks.post.map(({ object }) => object)));
  await runHooks(hooks.post, rollout);
  if (!progress.isOver && progress.open().length > 0) await steps.run('wait for hooks', () => settle(rollout));
}

/** It is ready, and stays so where this fails: the next release writes it again. */
async function leaveAsItShould(rollout: Rollout, object: KubeObject): Promise<void> {
  try {
    await apply(rollout, object);
  } catch (error) {
    const { log } = rollout.ports;
    log.warning(`${shortName(refOf(object))} keeps its annotation ${ANNOTATIONS.triedAgain}: ${messageOf(error)}`);
  }
}

/** What needs other configuration is written after it; a RoleBinding whose Role is new is validated then. */
async function configure(rollout: Rollout, objects: readonly KubeObject[]): Promise<void> {
  const { checked, ports } = rollout;
  await write(
    rollout,
    objects.filter((object) => !needsConfiguration(object)),
  );
  const bindings = awaiting('role', checked);
  if (bindings.length > 0) await check({ ...checked.request, objects: bindings, jobs: [] }, ports.cluster);
  await write(rollout, objects.filter(needsConfiguration));
}

function awaiting(what: Checked['awaits'], { objects }: CheckedRequest): KubeObject[] {
  return objects.filter(({ awaits }) => awaits === what).map(({ object }) => object);
}

const SCALED_ATTEMPTS = 5;

/** An autoscaler scales during a migration of minutes: the current number of replicas is kept. */
async function apply(rollout: Rollout, object: KubeObject): Promise<KubeObject> {
  const {
    checked,
    ports: { cluster },
  } = rollout;
  const { fieldManager } = checked.request;
  if (rollout.taken.has(object)) await takeOver(object, fieldManager, cluster);
  let wanted = object;
  for (let attempt = 1; ; attempt++) {
    try {
      return await cluster.apply(wanted, { fieldManager });
    } catch (error) {
      if (!(error instanceof ScaledMeanwhile) || attempt === SCALED_ATTEMPTS) throw error;
      const { replicas } = ((await cluster.get(refOf(object)))?.spec ?? {}) as { replicas?: number };
      wanted = { ...object, spec: { ...(object.spec as object), replicas } };
    }
  }
}

async function write(rollout: Rollout, objects: readonly KubeObject[]): Promise<void> {
  const { checked, ports, progress } = rollout;
  const { signal } = checked.request;
  const lives = new Map(checked.objects.map(({ object, live }) => [object, live]));
  await inPool(objects, async (object) => {
    signal.throwIfAborted();
    const live = lives.get(object);
    if (checked.observe && live) return progress.found(live, ports.clock.now());
    const written = tryAgain(object, live, ports.clock.now());
    if (written !== object) rollout.triedAgain.push(object);
    progress.written(await apply(rollout, written), ports.clock.now());
  });
}

/** @param only these objects; default: everything that was written */
async function settle({ progress, watch, waiting }: Rollout, only?: readonly KubeObject[]): Promise<void> {
  const refs = only?.map((object) => shortName(refOf(object)));
  const open = progress.open().filter(({ ref }) => refs === undefined || refs.includes(shortName(ref)));
  watch.add(
    open.flatMap(({ ref: { apiVersion, kind } }) => [{ apiVersion, kind }, ...watchesOf({ apiVersion, kind })]),
  );
  progress.settled(await waitFor(open, watch, waiting));
}

const SERVED_WITHIN_MS = 30_000;
const ASK_AGAIN_MS = 100;

/**
 * Validates objects of kinds that this run defines, which is impossible before the definitions exist. The API server
 * reports a definition as established, and serves its kind moments later.
 */
async function checkDefined({ checked, ports: { cluster, clock }, waiting }: Rollout): Promise<void> {
  const unchecked = awaiting('definition', checked);
  const until = Math.min(clock.now() + SERVED_WITHIN_MS, waiting.deadline);
  for (;;) {
    try {
      await check({ ...checked.request, objects: unchecked, jobs: [] }, cluster);
      return;
    } catch (error) {
      if (!(error instanceof NotServed) || clock.now() >= until) throw error;
    }
    await clock.sleep(ASK_AGAIN_MS, waiting.signal);
  }
}

function watchedFor(objects: readonly KubeObject[]): Kind[] {
  return objects.flatMap(({ apiVersion, kind }) => [{ apiVersion, kind }, ...watchesOf({ apiVersion, kind })]);
}
