import type { Clock } from '../../src/ports.ts';

/** A clock on which sleeping takes no time: it is moved on instead, and remembers how long was slept. */
export class StepClock implements Clock {
  /** Milliseconds of each sleep. */
  readonly slept: number[] = [];
  onSleep: (ms: number) => void = () => {};
  private time: number;

  constructor(start = Date.now()) {
    this.time = start;
  }

  now(): number {
    return this.time;
  }

  async sleep(ms: number, signal?: AbortSignal): Promise<void> {
    this.slept.push(ms);
    this.onSleep(ms);
    signal?.throwIfAborted();
    this.time += ms;
  }
}
