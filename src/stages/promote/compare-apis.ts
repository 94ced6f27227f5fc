import { messageOf } from '../../errors.ts';
import type { Images } from '../../objects/images.ts';
import { lastGood } from '../../objects/release.ts';
import type { PromotePlan } from '../../plan/promote-plan.ts';
import { placeText } from '../../preflight/finding.ts';
import { compareApis } from '../../preflight/side-by-side/api-record.ts';
import type { Annotation, SummaryBlock } from '../../stage-result.ts';
import { neutralise } from '../../text/neutralise.ts';
import { apisOfImages } from '../apis/read.ts';
import { Records } from '../rollout/records.ts';
import type { PromotePorts } from './ports.ts';

/** Rows of the table. */
const MOST = 30;
const LONGEST = 300;

/** What callers of the target can no longer do. */
export interface BrokenCalls {
  blocks: SummaryBlock[];
  annotations: Annotation[];
}

const NOTHING: BrokenCalls = { blocks: [], annotations: [] };

/**
 * Compares what the proven images serve with what the target serves, by the descriptions that preflight recorded beside the
 * images. A dry run shows it to those who approve. A registry that does not answer stops no promotion.
 */
export async function brokenCalls(
  { to }: Pick<PromotePlan, 'to'>,
  images: Images,
  { apis, cluster, log, signal }: PromotePorts,
): Promise<BrokenCalls> {
  if (apis === undefined) return NOTHING;
  const { app } = to;
  const { environment, namespace, repositoryId } = to;
  const releases = await new Records(cluster, { namespace, repositoryId }).list({ app, environment });
  const current = lastGood(releases)?.images;
  if (current === undefined) return NOTHING;
  try {
    const referrers = apis();
    const [before, after] = await Promise.all([apisOfImages(current, referrers), apisOfImages(images, referrers)]);
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
