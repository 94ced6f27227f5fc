import { Cancelled } from '../errors.ts';
import type { Log } from '../ports.ts';

/**
 * Turns SIGINT and SIGTERM into one AbortSignal with a `Cancelled` as reason. The runner sends SIGINT, SIGTERM 7.5 s
 * later and SIGKILL after another 2.5 s; the first signal counts.
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
