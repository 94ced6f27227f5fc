import type { Called } from '../environment/queue.ts';
import type { Publisher } from './publisher.ts';

/** Tells those whose turn it is, where nobody could start their run again: the answer stands in their comment. */
export async function tellCalled(called: readonly Called[], run: string, publisher: Publisher): Promise<void> {
  for (const { environment, again } of called) {
    if (again) continue;
    const command = `/review up${environment.variant === undefined ? '' : ` ${environment.variant}`}`;
    const text = `A place is free, and is kept for an hour: run the workflow of this pull request again, push, or comment \`${command}\`.`;
    const by = run === '' ? 'slipway' : `slipway, ${run}`;
    await publisher.answer(environment.number, environment.app, { command: 'queue', by, text }, environment.variant);
  }
}
