import { messageOf } from '../../errors.ts';
import { sameImages } from '../../objects/images.ts';
import { placeText } from '../../preflight/finding.ts';
import { compareApis } from '../../preflight/side-by-side/api-record.ts';
import type { Annotation, SummaryBlock } from '../../stage-result.ts';
import { neutralise } from '../../text/neutralise.ts';
import { apisOfImages } from '../apis/read.ts';
import type { Delivery } from './delivery.ts';
import type { DeliveryPorts } from './ports.ts';

/** Rows of the table. */
const MOST = 30;
const LONGEST = 300;

/** What callers of an environment can no longer do. */
export interface BrokenCalls {
  blocks: SummaryBlock[];
  annotations: Annotation[];
}

const NOTHING: BrokenCalls = { blocks: [], annotations: [] };

/**
 * Compares what the images of a release serve with what the release before served, by the descriptions that preflight recorded
 * beside the images. A dry run shows it to those who approve. A registry that does not answer fails no delivery.
 */
export async function brokenCalls(
  { plan: { environment, dryRun }, outcome, images, previousImages }: Delivery,
  { apis, log, signal }: Pick<DeliveryPorts, 'apis' | 'log' | 'signal'>,
): Promise<BrokenCalls> {
  const arrives = dryRun || outcome === 'succeeded';
  if (apis === undefined || !arrives || previousImages === undefined || sameImages(previousImages, images))
    return NOTHING;
  try {
    const referrers = apis();
    const [before, after] = await Promise.all([
      apisOfImages(previousImages, referrers),
      apisOfImages(images, referrers),
    ]);
    const { findings, notes } = compareApis(before, after, environment);
    for (const note of notes) log.info(neutralise(note).join(' '));
    return wordsOf(findings.map(({ where, seen }) => [placeText(where), neutralise(seen).join(' ').slice(0, LONGEST)]));
  } catch (error) {
    // Also the end of the time for an answer, which is no error of Slipway.
    signal.throwIfAborted();
    log.info(`The API is not compared with that of ${environment}: ${messageOf(error)}`);
    return NOTHING;
  }
}

function wordsOf(rows: string[][]): BrokenCalls {
  if (rows.length === 0) return NOTHING;
  const more = rows.length > MOST ? [['', `${rows.length - MOST} more`]] : [];
  const title = 'What callers of the API can no longer do';
  const message = `${rows.length} ${rows.length === 1 ? 'change' : 'changes'} of the API ${rows.length === 1 ? 'breaks' : 'break'} callers; the first: ${rows[0]?.join(': ')}. The summary lists all.`;
  return {
    blocks: [{ kind: 'table', title, header: ['process', 'change'], rows: [...rows.slice(0, MOST), ...more] }],
    annotations: [{ level: 'warning', title, message }],
  };
}
