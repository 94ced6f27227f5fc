import type { PlannedTest } from '../../plan/test-plan.ts';
import type { LocalImage } from '../../ports.ts';
import { humanDuration } from '../../text/duration.ts';
import { neutraliseLine } from '../../text/neutralise.ts';
import type { TestPorts } from './ports.ts';
import { Problem } from './problem.ts';
import type { Scope } from './scope.ts';
import { type RunningService, watchServices } from './services.ts';
import { networking } from './target.ts';

/** How the command of a test ended. */
export interface CommandRun {
  /** Container id; it has ended. */
  id: string;
  exitCode: number;
  oomKilled: boolean;
  /** The last lines of its output, neutralised. */
  tail: string[];
  /** Milliseconds since the epoch, by the clock of the engine: that of the files in the container. */
  startedAt: number;
}

const TAIL_LINES = 30;

/**
 * Runs the command of a test in the image, and logs its output as it arrives.
 * @throws Problem after its timeout, or when one of its services ends; the reason of a cancellation
 */
export async function runCommand(
  test: PlannedTest,
  image: LocalImage,
  services: readonly RunningService[],
  scope: Scope,
  ports: TestPorts,
): Promise<CommandRun> {
  const [program, ...args] = test.command;
  const { close, ...joined } = await networking(test.baseUrl, scope.network, services, ports.containers);
  try {
    const command = program === undefined ? {} : { entrypoint: program, command: args };
    const id = await scope.create('test', { image: image.id, env: test.env, ...command, ...joined });
    return await follow(id, test, services, ports);
  } finally {
    await close();
  }
}

/** Starts the container and follows it to its end. */
async function follow(
  id: string,
  test: PlannedTest,
  services: readonly RunningService[],
  ports: TestPorts,
): Promise<CommandRun> {
  const tail: string[] = [];
  const onLine = (line: string) => {
    ports.log.output(line);
    tail.push(neutraliseLine(line));
    if (tail.length > TAIL_LINES) tail.shift();
  };
  const begun = ports.clock.now();
  const exitCode = await within(test, services, ports, tail, (signal) => ports.containers.attach(id, onLine, signal));
  const { oomKilled, startedAt = begun } = await ports.containers.state(id);
  return { id, exitCode, oomKilled, tail, startedAt };
}

/** Ends the command after its timeout, or when a service ends. That is then the reason, not the command's exit code. */
async function within(
  test: PlannedTest,
  services: readonly RunningService[],
  ports: TestPorts,
  tail: readonly string[],
  work: (signal: AbortSignal) => Promise<number>,
): Promise<number> {
  const stop = new AbortController();
  const done = new AbortController();
  const until = AbortSignal.any([ports.signal, done.signal]);
  const late = ports.clock.sleep(test.timeoutMs, until).then(
    () => stop.abort(timedOut(test, tail)),
    () => undefined,
  );
  const watched = watchServices(services, ports, until).catch((error: unknown) => stop.abort(error));
  try {
    return await work(AbortSignal.any([ports.signal, stop.signal]));
  } finally {
    done.abort();
    await Promise.allSettled([late, watched]);
  }
}

function timedOut(test: PlannedTest, tail: readonly string[]): Problem {
  return new Problem(`it did not end within ${humanDuration(test.timeoutMs)}`, {
    details: [...tail],
    remedy: `Its last lines are above. If it only needs longer, set \`tests.${test.name}.timeout\` in slipway.yml.`,
  });
}
