import { humanDuration } from '../../text/duration.ts';

const QUIET_MS = 2_000;
const EVERY_MS = 10_000;
const TICK_MS = 250;

interface Work {
  title: string;
  started: number;
  told: boolean;
}

/**
 * Tells what is going on while nothing else is said: after two seconds of silence, and then every ten, the title of what
 * began last and the time it has taken; and at its end how long it took, if that was over two seconds.
 */
export class Progress {
  private readonly tell: (line: string) => void;
  private readonly active: Work[] = [];
  private lastLine = 0;
  private timer: NodeJS.Timeout | undefined;

  constructor(tell: (line: string) => void) {
    this.tell = tell;
  }

  /** To be called for every line of the log: who reads them needs no sign of life. */
  spoken(): void {
    this.lastLine = performance.now();
  }

  async run<T>(title: string, work: () => Promise<T>): Promise<T> {
    const own: Work = { title, started: performance.now(), told: false };
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
      if (ms > QUIET_MS) this.tell(`${title} ${ended} ${humanDuration(ms)}`);
    }
  }

  private tick(): void {
    const newest = this.active.at(-1);
    if (!newest) return;
    const now = performance.now();
    const quiet = now - Math.max(this.lastLine, newest.started);
    if (quiet < (newest.told ? EVERY_MS : QUIET_MS)) return;
    newest.told = true;
    this.tell(`${newest.title} … ${humanDuration(now - newest.started)}`);
  }

  private stop(): void {
    clearInterval(this.timer);
    this.timer = undefined;
  }
}
