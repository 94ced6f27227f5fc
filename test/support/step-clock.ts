import type { Clock } from '../../src/ports.ts';

/** A clock on which sleeping takes no time: it is moved on instead, and remembers how long was slept. */
export class StepClock implements Clock {
  /** Milliseconds of each sleep. */
  readonly slept: number[] = [];
  onSleep: (ms: number) => void = () => {};
  private time: number;
  private setMs = 0;

  constructor(start = Date.now()) {
    this.time = start;
  }

  now(): number {
    return this.time + this.setMs;
  }

  monotonic(): number {
    return this.time;
  }

  /** Sets the clock of the machine forward, or back where `ms` is negative. */
  set(ms: number): void {
    this.setMs += ms;
  }

  async sleep(ms: number, signal?: AbortSignal): Promise<void> {
    this.slept.push(ms);
    this.onSleep(ms);
    signal?.throwIfAborted();
    this.time += ms;
  }
}
