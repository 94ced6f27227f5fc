import { Cancelled } from '../errors.ts';
import type { Log } from '../ports.ts';

/**
 * Turns the runner's SIGINT and SIGTERM into one AbortSignal, whose reason is a `Cancelled`. The runner sends SIGINT, 7.5 s
 * later SIGTERM, 2.5 s later SIGKILL; the first one counts.
 * @see https://docs.github.com/actions/reference/workflow-cancellation-reference
 */
export function cancelOnSignals(log: Log): { signal: AbortSignal; dispose(): void } {
  const controller = new AbortController();
  const cancel = (name: NodeJS.Signals) => {
    if (controller.signal.aborted) return;
    log.info(`${name} received: stopping …`);
    controller.abort(
      new Cancelled(`cancelled (${name})`, { remedy: 'Run it again when you like: a cancelled run blocks nothing.' }),
    );
  };
  const signals = ['SIGINT', 'SIGTERM'] as const;
  for (const name of signals) process.on(name, cancel);
  return {
    signal: controller.signal,
    dispose: () => {
      for (const name of signals) process.off(name, cancel);
    },
  };
}
