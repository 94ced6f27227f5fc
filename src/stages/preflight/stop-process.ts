import type { ProbeRequest } from '../../ports.ts';
import type { Stop } from '../../preflight/running/facts.ts';
import type { PreflightPorts } from './ports.ts';
import type { Running } from './start-process.ts';

const REQUESTS_AT_ONCE = 5;
/** Milliseconds of load before the signal. */
const LOAD_MS = 300;
const POLL_MS = 50;
/** Milliseconds for a process that has no handler: without one, the kernel ignores the signal for process 1. */
const CERTAIN_MS = 1_000;

/**
 * Ends a process as the kubelet does, with requests in flight.
 * @param request undefined: without requests
 * @param withinMs most milliseconds to wait for its end
 */
export async function stopProcess(
  { id }: Running,
  signalName: string,
  request: ProbeRequest | undefined,
  withinMs: number,
  { containers, observer, prober, clock, signal }: PreflightPorts,
): Promise<Stop> {
  const handled = handles(await observer.processStatus(id), signalName);
  const load = request && prober.load(request, REQUESTS_AT_ONCE);
  if (load) await clock.sleep(LOAD_MS, signal);
  load?.mark();
  const sentAt = clock.monotonic();
  await observer.signal(id, signalName);
  const most = handled === false && request !== undefined ? Math.min(CERTAIN_MS, withinMs) : withinMs;
  let endedMs: number | undefined;
  for (;;) {
    const { running } = await containers.state(id);
    const waited = clock.monotonic() - sentAt;
    if (!running) endedMs = waited;
    if (!running || waited > most) {
      const { answered, broken } = load ? await load.stop() : { answered: 0, broken: 0 };
      return { endedMs, waitedMs: waited, handled, answered, broken };
    }
    await clock.sleep(POLL_MS, signal);
  }
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
