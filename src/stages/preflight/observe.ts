import { UserError } from '../../errors.ts';
import type { ProcessPlan } from '../../plan/preflight/process-plan.ts';
import type { ImageDetails, LocalImage, ProbeRequest, Restrictions } from '../../ports.ts';
import { NOTHING_SEEN, type RunFacts } from '../../preflight/running/facts.ts';
import { listenersOf } from '../../preflight/running/sockets.ts';
import { type ApiDocument, apiDocument } from '../../preflight/side-by-side/openapi.ts';
import type { Scope } from '../test/scope.ts';
import { askProcess, kubeletRequest } from './ask.ts';
import type { PreflightPorts } from './ports.ts';
import { awaitPort, type Opened, type Running, startContainer } from './start-process.ts';
import { stopProcess } from './stop-process.ts';

const HEALTH_MS = 5_000;
const STOP_MS = 8_000;
/** Milliseconds that a worker has to run. */
const WORKER_MS = 3_000;
/** Lines from which the reason is read. */
const LOG_LINES = 200;

/** What a process runs with beside its plan. */
export interface Surroundings {
  image: LocalImage;
  details: ImageDetails;
  scope: Scope;
  /** Image with `cat`, for an engine on another machine. */
  helper: string;
  /** Milliseconds for a port to open. */
  portMs: number;
  /** Paths of descriptions of the API. */
  apiPaths: readonly string[];
}

/** A process that has ended, and what is still to be read of it. */
export interface Ended {
  /** What it showed, without what it left. */
  facts: RunFacts;
  /** What it left in its container. Nothing that it ran with is needed for it. */
  left: Promise<Pick<RunFacts, 'changes' | 'output'>>;
}

/** Starts a process as Kubernetes does, asks it, ends it, and returns what was seen. */
export async function observeProcess(plan: ProcessPlan, around: Surroundings, ports: PreflightPorts): Promise<Ended> {
  const { observer } = ports;
  const running = await started(plan, around, ports);
  if (running instanceof UserError)
    return { facts: { ...NOTHING_SEEN, ended: NO_PROGRAM }, left: atOnce({ changes: [], output: [running.message] }) };
  const opened = await awaitPort(running, plan.port, withinOf(plan, around), around.helper, ports);
  if (!opened.state.running) {
    const facts = { ...NOTHING_SEEN, ...factsOf(opened), ended: endOf(opened) };
    return { facts, left: leftBy(running, { hasRun: false }, ports) };
  }
  const request = requestOf(plan, opened);
  const answers =
    request && opened.listeningMs !== undefined
      ? await askProcess(plan, request, running.startedAt, HEALTH_MS, ports)
      : undefined;
  const [api, answersOn, memoryPeak] = await Promise.all([
    answers?.healthyMs === undefined ? undefined : readApi(request, around.apiPaths, ports),
    otherPort(plan, opened, ports),
    observer.memoryPeak(running.id),
  ]);
  const isAnswering = answers?.health !== undefined && answers.healthyMs !== undefined;
  const stop = await stopProcess(
    running,
    around.details.stopSignal,
    isAnswering ? request : undefined,
    around.helper,
    Math.min(plan.graceMs, STOP_MS),
    ports,
  );
  const facts = { ...NOTHING_SEEN, ...factsOf(opened), ...answers, api, answersOn, memoryPeak, stop };
  return { facts, left: leftBy(running, { hasRun: true }, ports) };
}

/** The files of a process that never ran as it should say nothing. */
function leftBy(
  { id }: Running,
  { hasRun }: { hasRun: boolean },
  { containers, observer }: PreflightPorts,
): Ended['left'] {
  const both = Promise.all([hasRun ? observer.changes(id) : [], containers.logs(id, LOG_LINES)]);
  return handled(both.then(([changes, output]) => ({ changes, output })));
}

function atOnce(left: Awaited<Ended['left']>): Ended['left'] {
  return Promise.resolve(left);
}

/** Its rejection is seen by the one who awaits it, perhaps later. */
function handled<T>(promise: Promise<T>): Promise<T> {
  promise.catch(() => undefined);
  return promise;
}

/** The first of these paths that serves a description of the API. */
async function readApi(
  request: ProbeRequest | undefined,
  paths: readonly string[],
  { prober }: PreflightPorts,
): Promise<ApiDocument | undefined> {
  if (request === undefined) return undefined;
  const texts = await Promise.all(paths.map((path) => prober.read({ ...request, path }, API_BYTES)));
  for (const text of texts) {
    const document = text === undefined ? undefined : apiDocument(text);
    if (document) return document;
  }
  return undefined;
}

const API_BYTES = 8 * 2 ** 20;

/** As a shell reports it. */
const NO_PROGRAM = { exitCode: 127, oomKilled: false, afterMs: 0 };

/** The container, or the error of an image without the program. */
async function started(plan: ProcessPlan, around: Surroundings, ports: PreflightPorts): Promise<Running | UserError> {
  try {
    return await startContainer(containerName(plan, false), around.image, plan, around.scope, ports);
  } catch (error) {
    if (error instanceof UserError) return error;
    throw error;
  }
}

function withinOf({ port }: ProcessPlan, { portMs }: Surroundings): number {
  return port === undefined ? WORKER_MS : portMs;
}

function factsOf({ sockets, listeningMs, waitedMs }: Opened): Pick<RunFacts, 'listeners' | 'listeningMs' | 'waitedMs'> {
  return { listeners: listenersOf(sockets), listeningMs, waitedMs };
}

function endOf({ state: { exitCode, oomKilled }, waitedMs }: Opened): RunFacts['ended'] {
  return { exitCode, oomKilled, afterMs: waitedMs };
}

function requestOf(plan: ProcessPlan, { state: { address } }: Opened, port = plan.port) {
  return address === undefined || port === undefined ? undefined : kubeletRequest(plan, address, port);
}

/** Another port that answers HTTP, where the wanted one is closed. */
async function otherPort(plan: ProcessPlan, opened: Opened, { prober }: PreflightPorts): Promise<number | undefined> {
  if (plan.port === undefined || opened.listeningMs !== undefined) return undefined;
  for (const { port, loopback } of listenersOf(opened.sockets)) {
    const request = loopback ? undefined : requestOf(plan, opened, port);
    if (request && (await prober.ask(request)) !== undefined) return port;
  }
  return undefined;
}

/** Within the scope. @param restricted the second start */
export function containerName({ name }: Pick<ProcessPlan, 'name'>, restricted: boolean): string {
  return restricted ? `${name}-restricted` : name;
}

/** How a process starts with the strictest settings of a pod. */
export type Restricted = { works: true } | { works: false; output: string[] };

/** As the Pod Security Standard `restricted`, and with a root file system that cannot be written. */
const STRICT: Restrictions = { user: '65532:65532', readOnlyRoot: true, dropCapabilities: ['ALL'] };

/** Starts a process as any user, without capabilities, and with nothing but /tmp to write to. */
export async function tryRestricted(
  plan: ProcessPlan,
  around: Surroundings,
  ports: PreflightPorts,
): Promise<Restricted> {
  const { restrictions } = plan;
  const strict = { ...restrictions, ...STRICT, emptyVolumes: ['/tmp', ...(restrictions.emptyVolumes ?? [])] };
  let running: Running;
  try {
    running = await startContainer(containerName(plan, true), around.image, plan, around.scope, ports, strict);
  } catch (error) {
    if (error instanceof UserError) return { works: false, output: [error.message] };
    throw error;
  }
  const opened = await awaitPort(running, plan.port, withinOf(plan, around), around.helper, ports);
  if (plan.port === undefined ? opened.state.running : opened.listeningMs !== undefined) return { works: true };
  return { works: false, output: await ports.containers.logs(running.id, LOG_LINES) };
}
