import type { PlannedService } from '../../plan/services/service.ts';
import type { ContainerState } from '../../ports.ts';
import { humanDuration } from '../../text/duration.ts';
import { type Listening, listening } from './listening.ts';
import type { TestPorts } from './ports.ts';
import { Problem } from './problem.ts';
import type { Scope } from './scope.ts';

/** A running service. */
export interface RunningService {
  service: PlannedService;
  /** Container id. */
  id: string;
  /** On the private network. */
  address: string | undefined;
}

const READY_WITHIN_MS = 120_000;
const POLL_MS = 100;
/** Milliseconds during which only the port counts. After them, the state and health of the container count as well. */
const PORT_ONLY_MS = 1_000;
const WATCH_MS = 2_000;
const LOG_LINES = 20;

/** Starts all services side by side and waits until each is ready. @throws Problem when one is not, with its last lines */
export async function startServices(
  services: readonly PlannedService[],
  scope: Scope,
  ports: TestPorts,
): Promise<RunningService[]> {
  const images = [...new Set(services.map((service) => service.image))];
  await Promise.all(images.map((image) => ports.containers.ensureImage(image, ports.signal)));
  const stop = new AbortController();
  const own = { ...ports, signal: AbortSignal.any([ports.signal, stop.signal]) };
  const starting = services.map((service) =>
    startService(service, scope, own).catch((error: unknown) => {
      stop.abort(error);
      throw error;
    }),
  );
  // The first failure ends all waits. All end before it is reported, so that nothing starts after `close`.
  await Promise.allSettled(starting);
  ports.signal.throwIfAborted();
  stop.signal.throwIfAborted();
  return Promise.all(starting);
}

async function startService(service: PlannedService, scope: Scope, ports: TestPorts): Promise<RunningService> {
  const id = await scope.start(service.name, {
    image: service.image,
    aliases: [service.name],
    env: service.env,
    ...(service.command ? { command: service.command } : {}),
  });
  const image = await ports.images.inspect(service.image);
  const deadline = ports.clock.now() + READY_WITHIN_MS;
  let state = await ports.containers.state(id);
  for (;;) {
    await portAnswers(service, state, ports);
    state = await ports.containers.state(id);
    if (!state.running) throw await ended(service, id, state, ports);
    if (await isReady(service, id, state, image?.healthcheck ?? false, ports))
      return { service, id, address: state.address };
    if (ports.clock.now() > deadline) throw await notReady(service, id, state, ports);
    await ports.clock.sleep(POLL_MS, ports.signal);
  }
}

/**
 * Waits until the port accepts connections, for at most a second: on Docker Desktop it never does. Each health command starts a
 * program in the container, which slows down the start that it waits for.
 */
async function portAnswers({ port }: PlannedService, { address, running }: ContainerState, ports: TestPorts) {
  if (port === undefined || address === undefined || !running) return;
  const until = ports.clock.now() + PORT_ONLY_MS;
  while (!(await ports.containers.reachable(address, port)) && ports.clock.now() < until)
    await ports.clock.sleep(POLL_MS / 2, ports.signal);
}

/** Readiness by the configured or known command, else the image's HEALTHCHECK, else its port, else its running state. */
async function isReady(
  service: PlannedService,
  id: string,
  state: ContainerState,
  healthcheck: boolean,
  { containers }: TestPorts,
): Promise<boolean> {
  if (service.health) return (await containers.exec(id, service.health)).exitCode === 0;
  if (healthcheck) return state.health === 'healthy';
  if (service.port === undefined) return true;
  const connected = state.address !== undefined && (await containers.reachable(state.address, service.port));
  return connected || (await portOf(id, service.port, containers)) === 'everywhere';
}

/** Reads the ports inside the container: its address is out of reach on Docker Desktop and for a job in a container. */
async function portOf(id: string, port: number, containers: TestPorts['containers']): Promise<Listening> {
  const { output } = await containers.exec(id, ['cat', '/proc/net/tcp', '/proc/net/tcp6']);
  return listening(output, port);
}

async function ended(service: PlannedService, id: string, state: ContainerState, ports: TestPorts): Promise<Problem> {
  const how = state.oomKilled ? 'was killed: out of memory' : `ended with exit code ${state.exitCode}`;
  return new Problem(`service ${service.name} (${service.image}) ${how}`, {
    details: await ports.containers.logs(id, LOG_LINES),
    remedy: `The lines above are its last output. Correct its image, env or command under \`services\` in slipway.yml.`,
  });
}

async function notReady(
  service: PlannedService,
  id: string,
  state: ContainerState,
  ports: TestPorts,
): Promise<Problem> {
  const waited = humanDuration(READY_WITHIN_MS);
  const how = await whyNotReady(service, id, state, ports);
  return new Problem(`service ${service.name} (${service.image}) was not ready after ${waited}: ${how}`, {
    details: await ports.containers.logs(id, LOG_LINES),
    remedy: 'Correct its `port` or `health` under `services` in slipway.yml.',
  });
}

async function whyNotReady(
  service: PlannedService,
  id: string,
  state: ContainerState,
  { containers }: TestPorts,
): Promise<string> {
  if (service.health) {
    const { exitCode, output } = await containers.exec(id, service.health);
    return `its health command ended with ${exitCode}${output === '' ? '' : `: ${output.split('\n').at(-1)}`}`;
  }
  if (state.health || service.port === undefined) return `its HEALTHCHECK says ${state.health}`;
  const loopback = (await portOf(id, service.port, containers)) === 'loopback';
  return loopback
    ? `it listens on port ${service.port} of 127.0.0.1 only, where nobody else reaches it`
    : `port ${service.port} does not accept connections`;
}

/** Rejects with a Problem as soon as a service ends; resolves only when the signal aborts. */
export async function watchServices(
  services: readonly RunningService[],
  ports: TestPorts,
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    await ports.clock.sleep(WATCH_MS, signal).catch(() => undefined);
    for (const { service, id } of services) {
      if (signal.aborted) return;
      const state = await ports.containers.state(id);
      if (!state.running && !signal.aborted) throw await ended(service, id, state, ports);
    }
  }
}

/** The last log lines of each service, for a test that failed. */
export async function serviceLogs(
  services: readonly RunningService[],
  { containers }: TestPorts,
): Promise<{ name: string; lines: string[] }[]> {
  return Promise.all(
    services.map(async ({ service, id }) => ({ name: service.name, lines: await containers.logs(id, LOG_LINES) })),
  );
}
