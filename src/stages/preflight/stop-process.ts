import type { ProbeRequest } from '../../ports.ts';
import type { Stop } from '../../preflight/running/facts.ts';
import { acceptedOn, socketsOf } from '../../preflight/running/sockets.ts';
import type { PreflightPorts } from './ports.ts';
import type { Running } from './start-process.ts';

const REQUESTS_AT_ONCE = 5;
/** Milliseconds of load before the signal. */
const LOAD_MS = 300;
/** Milliseconds of load after the signal: an endpoint gets requests until each node knows that it is gone. */
const LATE_LOAD_MS = 1_000;
const POLL_MS = 50;
/** Milliseconds for a process that has no handler: without one, the kernel ignores the signal for process 1. */
const CERTAIN_MS = 1_000;

/**
 * Ends a process as the kubelet does, with requests in flight.
 * @param request undefined: without requests
 * @param helper image with `cat`, for an engine on another machine
 * @param withinMs most milliseconds to wait for its end
 */
export async function stopProcess(
  { id }: Running,
  signalName: string,
  request: ProbeRequest | undefined,
  helper: string,
  withinMs: number,
  ports: PreflightPorts,
): Promise<Stop> {
  const { observer, prober, clock, signal } = ports;
  const handled =
    request === undefined ? await awaitHandler(id, signalName, ports) : await handlerOf(id, signalName, ports);
  const load = request && prober.load(request, REQUESTS_AT_ONCE);
  if (load) await clock.sleep(LOAD_MS, signal);
  const accepted = request && (await watchAccepted(id, request.port, helper, ports));
  load?.mark();
  const sentAt = clock.monotonic();
  await observer.signal(id, signalName);
  const most = handled === false ? Math.min(CERTAIN_MS, withinMs) : withinMs;
  let endedMs: number | undefined;
  for (;;) {
    const running = await isRunning(id, ports);
    const waited = clock.monotonic() - sentAt;
    if (!running) endedMs = waited;
    if (waited > LATE_LOAD_MS) {
      load?.ease();
      accepted?.ease();
    }
    if (!running || waited > most) {
      const { answered, broken } = load ? await load.stop() : { answered: 0, broken: [] };
      const theirs = (await accepted?.stop()) ?? new Set();
      return { endedMs, waitedMs: waited, handled, answered, broken: broken.filter((port) => theirs.has(port)).length };
    }
    await clock.sleep(POLL_MS, signal);
  }
}

async function handlerOf(id: string, signalName: string, { observer }: PreflightPorts): Promise<boolean | undefined> {
  return handles(await observer.processStatus(id), signalName);
}

/** Milliseconds for a process that nobody asks: nothing else shows that it has begun to handle signals. */
const HANDLER_MS = 5_000;

/** Waits until the process has a handler, for a while: one that still starts is not wrong. */
async function awaitHandler(id: string, signalName: string, ports: PreflightPorts): Promise<boolean | undefined> {
  const { clock, signal } = ports;
  const since = clock.monotonic();
  for (;;) {
    const handled = await handlerOf(id, signalName, ports);
    if (handled !== false || clock.monotonic() - since > HANDLER_MS) return handled;
    await clock.sleep(POLL_MS, signal);
  }
}

/** The engine is asked only about a process that is no longer seen: each question starts a program. */
async function isRunning(id: string, { containers, observer }: PreflightPorts): Promise<boolean> {
  const status = await observer.processStatus(id);
  const isSeen = status !== undefined && !/^State:\s*[ZX]/m.test(status);
  return isSeen || (await containers.state(id)).running;
}

/** Milliseconds between two looks at the connections. */
const LOOK_MS = 5;
/** The same, once nothing more is asked: only a connection that waits in the queue can still be accepted. */
const EASED_LOOK_MS = 100;

/**
 * Collects the clients' ports of the connections that the process has accepted, from before the signal to its end. A request that
 * still waits in the queue of a busy machine when the port closes says nothing about the process.
 */
async function watchAccepted(
  id: string,
  port: number,
  helper: string,
  { observer, clock, signal }: PreflightPorts,
): Promise<{ ease(): void; stop(): Promise<ReadonlySet<number>> }> {
  const accepted = new Set<number>();
  let isStopped = false;
  let everyMs = LOOK_MS;
  const look = async () => {
    const text = await observer.sockets(id, helper);
    for (const client of acceptedOn(socketsOf(text ?? ''), port)) accepted.add(client);
    return text !== undefined;
  };
  const keepLooking = async () => {
    while (!isStopped && (await look())) await clock.sleep(everyMs, signal);
  };
  await look();
  const looking = keepLooking();
  // A cancelled run ends at its next await: nothing is left to report here.
  looking.catch(() => undefined);
  return {
    ease: () => {
      everyMs = EASED_LOOK_MS;
    },
    stop: async () => {
      isStopped = true;
      await looking;
      return accepted;
    },
  };
}

/** Numbers of signals that images name by STOPSIGNAL. */
const NUMBERS: Record<string, number> = {
  SIGHUP: 1,
  SIGINT: 2,
  SIGQUIT: 3,
  SIGUSR1: 10,
  SIGUSR2: 12,
  SIGTERM: 15,
  SIGWINCH: 28,
};

/**
 * Whether the process has a handler for the signal, by SigCgt of /proc/<pid>/status. A runtime may set one without any of the app:
 * only the absence proves something.
 */
function handles(status: string | undefined, signalName: string): boolean | undefined {
  const caught = /^SigCgt:\s*([0-9a-f]{1,16})$/m.exec(status ?? '')?.[1];
  const number = NUMBERS[signalName] ?? (Number(signalName) || undefined);
  if (caught === undefined || number === undefined) return undefined;
  return ((BigInt(`0x${caught}`) >> BigInt(number - 1)) & 1n) === 1n;
}
