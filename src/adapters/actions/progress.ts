import { humanDuration } from '../../text/duration.ts';

const QUIET_MS = 2_000;
const EVERY_MS = 10_000;
const TICK_MS = 250;

interface Work {
  title: string;
  started: number;
  shown: boolean;
}

/**
 * Signs of life: after two seconds without a line in the log, and then every ten, logs the title of the work that began last and its
 * time. Logs at the end of the work how long it took, if that is over two seconds.
 */
export class Progress {
  private readonly print: (line: string) => void;
  private readonly active: Work[] = [];
  private lastLine = 0;
  private timer: NodeJS.Timeout | undefined;

  constructor(print: (line: string) => void) {
    this.print = print;
  }

  /** Call it for every line of the log: a line is a sign of life. */
  spoken(): void {
    this.lastLine = performance.now();
  }

  async run<T>(title: string, work: () => Promise<T>): Promise<T> {
    const own: Work = { title, started: performance.now(), shown: false };
    this.active.push(own);
    this.timer ??= setInterval(() => this.tick(), TICK_MS).unref();
    let ended = 'failed after';
    try {
      const value = await work();
      ended = 'took';
      return value;
    } finally {
      this.active.splice(this.active.indexOf(own), 1);
      if (this.active.length === 0) this.stop();
      const ms = performance.now() - own.started;
      if (ms > QUIET_MS) this.print(`${title} ${ended} ${humanDuration(ms)}`);
    }
  }

  private tick(): void {
    const newest = this.active.at(-1);
    if (!newest) return;
    const now = performance.now();
    const quiet = now - Math.max(this.lastLine, newest.started);
    if (quiet < (newest.shown ? EVERY_MS : QUIET_MS)) return;
    newest.shown = true;
    this.print(`${newest.title} … ${humanDuration(now - newest.started)}`);
  }

  private stop(): void {
    clearInterval(this.timer);
    this.timer = undefined;
  }
}
