import { Cancelled } from '../../../errors.ts';
import type { Clock } from '../../../ports.ts';
import type { WaitCause } from '../../site.ts';

/** Milliseconds between two updates: GitHub limits writes, and readers cannot follow more. */
const EVERY_MS = 30_000;

/**
 * Passes the cause of a wait on to the pull request: each new one once, the first at once, and later ones every 30 seconds at most.
 * Of several causes in between only the last one is written.
 */
export class WaitingNotice {
  private readonly publish: (cause: WaitCause | undefined) => Promise<void>;
  private readonly clock: Clock;
  private readonly ended = new AbortController();
  private wanted: WaitCause | undefined;
  private told: WaitCause | undefined;
  /** On the monotonic clock. */
  private next = Number.NEGATIVE_INFINITY;
  private running: Promise<void> | undefined;

  constructor(publish: (cause: WaitCause | undefined) => Promise<void>, clock: Clock) {
    this.publish = publish;
    this.clock = clock;
  }

  take(cause: WaitCause | undefined): void {
    this.wanted = cause;
    if (this.ended.signal.aborted || this.running || !isOther(cause, this.told)) return;
    this.running = this.write();
    // `end` throws it.
    this.running.catch(() => undefined);
  }

  /**
   * Waits for a write that has begun, and writes nothing more: the result follows.
   * @throws the error of a write
   */
  async end(): Promise<void> {
    this.ended.abort(new Cancelled('the wait is over'));
    await this.running;
  }

  private async write(): Promise<void> {
    const { signal } = this.ended;
    try {
      while (isOther(this.wanted, this.told)) {
        const early = this.next - this.clock.monotonic();
        if (early > 0) await this.clock.sleep(early, signal);
        signal.throwIfAborted();
        // A cause that came back meanwhile is written already.
        if (!isOther(this.wanted, this.told)) break;
        this.told = this.wanted;
        this.next = this.clock.monotonic() + EVERY_MS;
        await this.publish(this.told);
      }
    } catch (error) {
      if (!(error instanceof Cancelled && signal.aborted)) throw error;
    }
    this.running = undefined;
  }
}

function isOther(a: WaitCause | undefined, b: WaitCause | undefined): boolean {
  return a?.what !== b?.what;
}
