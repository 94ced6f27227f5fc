import type { ContainerPlan } from '../../plan/preflight/container-plan.ts';
import type { ContainerState, LocalImage, Restrictions } from '../../ports.ts';
import { listenersOf, type Socket, socketsOf } from '../../preflight/running/sockets.ts';
import type { Scope } from '../test/scope.ts';
import type { PreflightPorts } from './ports.ts';

/** A container of a process. */
export interface Running {
  id: string;
  /** Milliseconds of the monotonic clock. */
  startedAt: number;
  /** Its address on the network. */
  address: string | undefined;
}

/** Older engines leave a question for a name outside of an internal network without an answer: a client then waits 10 s. */
export const DNS_OPTIONS: readonly string[] = ['timeout:1', 'attempts:2'];

/** Starts a container of the plan on the network of the scope. @param name of the container, within the scope */
export async function startContainer(
  name: string,
  image: LocalImage,
  plan: ContainerPlan,
  scope: Scope,
  { clock }: PreflightPorts,
  restrictions: Restrictions = plan.restrictions,
): Promise<Running> {
  const { env, command, entrypoint, workdir } = plan;
  const startedAt = clock.monotonic();
  const id = await scope.start(name, {
    image: image.id,
    dnsOptions: DNS_OPTIONS,
    env,
    restrictions,
    ...(command === undefined ? {} : { command }),
    ...(entrypoint === undefined ? {} : { entrypoint }),
    ...(workdir === undefined ? {} : { workdir }),
  });
  return { id, startedAt, address: undefined };
}

/** How the wait for a port ended. */
export interface Opened {
  sockets: readonly Socket[];
  /** Milliseconds since the start; undefined: it did not open for others. */
  listeningMs: number | undefined;
  waitedMs: number;
  state: ContainerState;
}

const POLL_MS = 50;
/**
 * Milliseconds between two questions to the engine: each starts a program, which takes the time of those that are measured. The
 * sockets of a process that has ended cannot be read, and the engine is then asked at once.
 */
const ASK_MS = 5_000;
/** Milliseconds after which a port on localhost alone, or another port, counts as the answer. */
const SETTLED_MS = 5_000;

/**
 * Waits until a container listens on a port for others, until it ends, or until the wait is over. A container that listens
 * elsewhere is given a few seconds more: some open a port for metrics first.
 * @param port undefined: it only has to run
 * @param helper image with `cat`, for an engine on another machine
 */
export async function awaitPort(
  running: Running,
  port: number | undefined,
  withinMs: number,
  helper: string,
  { containers, observer, clock, signal }: PreflightPorts,
): Promise<Opened> {
  let elsewhereSince: number | undefined;
  let askedAt = running.startedAt;
  for (;;) {
    const text = await observer.sockets(running.id, helper);
    const now = clock.monotonic();
    const waitedMs = now - running.startedAt;
    const sockets = socketsOf(text ?? '');
    const listeners = listenersOf(sockets);
    const isOpen = port !== undefined && listeners.some((one) => one.port === port && !one.loopback);
    if (listeners.length > 0) elsewhereSince ??= now;
    const isSettled = elsewhereSince !== undefined && now - elsewhereSince > SETTLED_MS && port !== undefined;
    const isOver = isOpen || isSettled || waitedMs > withinMs;
    if (isOver || text === undefined || now - askedAt > ASK_MS) {
      askedAt = now;
      const state = await containers.state(running.id);
      if (isOver || !state.running) return { sockets, listeningMs: isOpen ? waitedMs : undefined, waitedMs, state };
    }
    await clock.sleep(POLL_MS, signal);
  }
}
