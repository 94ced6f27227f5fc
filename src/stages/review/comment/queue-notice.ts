import type { GitHub } from '../../../ports.ts';
import type { Site } from '../../site.ts';
import { type Offer, offerPlaces } from '../environment/queue.ts';
import type { Publisher } from './publisher.ts';

/**
 * Offers the free places of each app to the first environments of its queue, and reports it in the comment of a pull request
 * if its run could not be restarted.
 * @param run URL of this run; empty for a run by hand
 */
export async function offerAndAnnounce(
  apps: Iterable<string>,
  { repositoryId, run }: { repositoryId: number; run: string },
  site: Omit<Site, 'signal'> & { github: Pick<GitHub, 'runAgain'> | undefined },
  publisher: Publisher,
): Promise<void> {
  for (const app of new Set(apps)) {
    for (const offer of await offerPlaces({ repositoryId, app }, site)) {
      if (!offer.restarted) await announce(offer, run, publisher);
    }
  }
}

async function announce({ environment }: Offer, run: string, publisher: Publisher): Promise<void> {
  const command = `/review up${environment.variant === undefined ? '' : ` ${environment.variant}`}`;
  const text = `A place is free, and is kept for an hour: run the workflow of this pull request again, push, or comment \`${command}\`.`;
  const by = run === '' ? 'slipway' : `slipway, ${run}`;
  await publisher.answer(environment.number, environment.app, { command: 'queue', by, text }, environment.variant);
}
