import type { Clock, Log } from '../ports.ts';
import type { Step } from '../stage-result.ts';

/** The timed steps of a stage: the log shows each while it lasts, and the summary lists each, whether it succeeds or not. */
export class Steps {
  /** In the order they began. */
  readonly list: Step[] = [];
  private readonly log: Log;
  private readonly clock: Clock;
  private readonly began: number;

  constructor(log: Log, clock: Clock) {
    this.log = log;
    this.clock = clock;
    this.began = clock.now();
  }

  /** Runs one step. `name` is shown in the log and in the summary, e.g. `push`. */
  async run<T>(name: string, work: () => Promise<T>, about: Pick<Step, 'job'> = {}): Promise<T> {
    const step: Step = { name, ms: 0, ...about };
    this.list.push(step);
    const started = this.clock.now();
    try {
      return await this.log.progress(name, work);
    } finally {
      step.ms = this.clock.now() - started;
    }
  }

  /** Milliseconds since the stage began. */
  elapsed(): number {
    return this.clock.now() - this.began;
  }
}
