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

/** Starts a process as Kubernetes does, asks it, ends it, and returns what was seen. */
export async function observeProcess(
  plan: ProcessPlan,
  around: Surroundings,
  ports: PreflightPorts,
): Promise<RunFacts> {
  const { containers, observer } = ports;
  const running = await started(plan, around, ports);
  if (running instanceof UserError) return { ...NOTHING_SEEN, ended: NO_PROGRAM, output: [running.message] };
  const opened = await awaitPort(running, plan.port, withinOf(plan, around), around.helper, ports);
  const output = () => containers.logs(running.id, LOG_LINES);
  if (!opened.state.running)
    return { ...NOTHING_SEEN, ...factsOf(opened), ended: endOf(opened), output: await output() };
  const request = requestOf(plan, opened);
  const answers =
    request && opened.listeningMs !== undefined
      ? await askProcess(plan, request, running.startedAt, HEALTH_MS, ports)
      : undefined;
  const api = answers?.healthyMs === undefined ? undefined : await readApi(request, around.apiPaths, ports);
  const answersOn = await otherPort(plan, opened, ports);
  const [memoryPeak, changes] = await Promise.all([observer.memoryPeak(running.id), observer.changes(running.id)]);
  const isAnswering = answers?.health !== undefined && answers.healthyMs !== undefined;
  const stop = await stopProcess(
    running,
    around.details.stopSignal,
    isAnswering ? request : undefined,
    around.helper,
    Math.min(plan.graceMs, STOP_MS),
    ports,
  );
  return {
    ...NOTHING_SEEN,
    ...factsOf(opened),
    ...answers,
    api,
    answersOn,
    memoryPeak,
    changes,
    stop,
    output: await output(),
  };
}

/** The first of these paths that serves a description of the API. */
async function readApi(
  request: ProbeRequest | undefined,
  paths: readonly string[],
  { prober }: PreflightPorts,
): Promise<ApiDocument | undefined> {
  for (const path of request === undefined ? [] : paths) {
    const text = await prober.read({ ...(request as ProbeRequest), path }, API_BYTES);
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
    return await startContainer(plan.name, around.image, plan, around.scope, ports);
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
    running = await startContainer(`${plan.name}-restricted`, around.image, plan, around.scope, ports, strict);
  } catch (error) {
    if (error instanceof UserError) return { works: false, output: [error.message] };
    throw error;
  }
  const opened = await awaitPort(running, plan.port, withinOf(plan, around), around.helper, ports);
  if (plan.port === undefined ? opened.state.running : opened.listeningMs !== undefined) return { works: true };
  return { works: false, output: await ports.containers.logs(running.id, LOG_LINES) };
}
