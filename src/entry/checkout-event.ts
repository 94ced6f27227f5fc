import { readCheckout } from '../adapters/git/checkout.ts';
import { EnvironmentError } from '../errors.ts';
import { type Checkout, localEvent } from '../event/local.ts';
import type { ManualEvent } from '../event/pipeline-event.ts';

/** In place of a commit where there is none. */
const NO_COMMIT = '0'.repeat(40);

/** The checkout of a folder, as a command sees it. */
export interface CommandCheckout {
  /** A run by hand of the checked-out commit. On a runner, with the id of the repository, which names review environments. */
  event: ManualEvent;
  /** URL of the remote `origin`. */
  origin: string | undefined;
  /** Why the commit is a placeholder; undefined: it is none. */
  note: string | undefined;
}

export async function checkoutEvent(folder: string): Promise<CommandCheckout> {
  const { checkout, note } = await checkoutOf(folder);
  const event = localEvent(checkout, '');
  const repository = { ...event.repository, id: Number(process.env.GITHUB_REPOSITORY_ID ?? 0) };
  return { event: { ...event, repository }, origin: checkout.origin, note };
}

/** A new application has no commit yet. */
async function checkoutOf(folder: string): Promise<{ checkout: Checkout; note: string | undefined }> {
  try {
    return { checkout: await readCheckout(folder), note: undefined };
  } catch (error) {
    if (!(error instanceof EnvironmentError)) throw error;
    const reason = error.details[0]?.trim().split('\n').at(-1) ?? error.message;
    const note = `The commit ${NO_COMMIT} is a placeholder: git reports none (${reason}).`;
    return { checkout: { sha: NO_COMMIT, branch: undefined, origin: undefined }, note };
  }
}
