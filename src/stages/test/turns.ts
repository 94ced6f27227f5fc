import type { Log } from '../../ports.ts';

/** Characters of waiting lines that are kept, of all works together. */
const MOST_KEPT = 8 * 1024 * 1024;

/**
 * The logs of works that run at the same time, each in one piece: the work that began first logs as it goes, and the lines of the
 * others wait for their turn. What is too much to keep is logged at once, with the name of its work before each line.
 */
export class Turns {
  private readonly log: Log;
  private readonly most: number;
  private last: Promise<void> = Promise.resolve();
  private kept = 0;

  constructor(log: Log, most = MOST_KEPT) {
    this.log = log;
    this.most = most;
  }

  /**
   * Begins `work` at once, with a log of its own, and resolves with it.
   * @param title of its group in the log
   */
  run<T>(name: string, title: string, work: (log: Log) => Promise<T>): Promise<T> {
    const waiting = new Waiting(this.log, (line) => this.keep(name, line));
    const done = work(waiting.log);
    const ended = done.then(
      () => undefined,
      () => undefined,
    );
    this.last = this.last.then(() =>
      this.log.group(title, async () => {
        this.kept -= waiting.speak();
        await ended;
      }),
    );
    return done;
  }

  /** Resolves when each work has ended and is in the log. */
  end(): Promise<void> {
    return this.last;
  }

  /** Whether the line is kept; otherwise it is logged. */
  private keep(name: string, line: string): boolean {
    if (this.kept + line.length > this.most) {
      this.log.output(`${name} | ${line}`);
      return false;
    }
    this.kept += line.length;
    return true;
  }
}

/** The log of a work that waits for its turn. */
class Waiting {
  readonly log: Log;
  private readonly to: Log;
  private lines: ['info' | 'debug' | 'output', string][] | undefined = [];
  private length = 0;
  private early = 0;

  constructor(to: Log, keep: (line: string) => boolean) {
    this.to = to;
    const line = (kind: 'info' | 'debug' | 'output') => (text: string) => {
      if (this.lines === undefined) to[kind](text);
      else if (!keep(text)) this.early++;
      else {
        this.lines.push([kind, text]);
        this.length += text.length;
      }
    };
    this.log = {
      info: line('info'),
      debug: line('debug'),
      output: line('output'),
      // An annotation stands where it is needed, not in a piece of the log.
      warning: (text) => to.warning(text),
      group: (title, work) => {
        this.log.info(title);
        return work();
      },
      progress: (title, work) => to.progress(title, work),
      mask: (secret) => to.mask(secret),
    };
  }

  /** Logs what waits, and from now on everything at once. @returns characters that waited */
  speak(): number {
    for (const [kind, text] of this.lines ?? []) this.to[kind](text);
    if (this.early > 0) this.to.info(`${this.early} further lines stand above, each with the name of the test`);
    this.lines = undefined;
    return this.length;
  }
}
