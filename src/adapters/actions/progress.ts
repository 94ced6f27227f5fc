const QUIET_MS = 2_000;
const EVERY_MS = 10_000;

/** 340 ms, 3.2 s, 2 min 5 s */
export function duration(ms: number): string {
  if (ms < 1_000) return `${Math.round(ms)} ms`;
  if (ms < 59_950) return `${(ms / 1_000).toFixed(1)} s`;
  const seconds = Math.round(ms / 1_000);
  return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}

/**
 * Runs `work`; when it lasts longer than two seconds, `tell` gets a line after two seconds, then every ten, and one at
 * the end, with the time elapsed.
 */
export async function withProgress<T>(title: string, work: () => Promise<T>, tell: (line: string) => void): Promise<T> {
  const started = performance.now();
  const elapsed = () => performance.now() - started;
  let timer = setTimeout(function beat() {
    tell(`${title} … ${duration(elapsed())}`);
    timer = setTimeout(beat, EVERY_MS).unref();
  }, QUIET_MS).unref();
  let ended = 'failed after';
  try {
    const value = await work();
    ended = 'took';
    return value;
  } finally {
    clearTimeout(timer);
    if (elapsed() > QUIET_MS) tell(`${title} ${ended} ${duration(elapsed())}`);
  }
}
