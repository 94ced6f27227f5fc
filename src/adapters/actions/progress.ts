import { humanDuration } from '../../text/duration.ts';

const QUIET_MS = 2_000;
const EVERY_MS = 10_000;

/**
 * Runs `work`; when it lasts longer than two seconds, `tell` gets a line after two seconds, then every ten, and one at
 * the end, with the time elapsed.
 */
export async function withProgress<T>(title: string, work: () => Promise<T>, tell: (line: string) => void): Promise<T> {
  const started = performance.now();
  const elapsed = () => performance.now() - started;
  let timer = setTimeout(function beat() {
    tell(`${title} … ${humanDuration(elapsed())}`);
    timer = setTimeout(beat, EVERY_MS).unref();
  }, QUIET_MS).unref();
  let ended = 'failed after';
  try {
    const value = await work();
    ended = 'took';
    return value;
  } finally {
    clearTimeout(timer);
    if (elapsed() > QUIET_MS) tell(`${title} ${ended} ${humanDuration(elapsed())}`);
  }
}
