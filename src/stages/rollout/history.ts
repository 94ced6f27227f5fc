import { type Images, imageWords } from '../../objects/images.ts';
import { digestOf } from '../../objects/pod-template.ts';
import { newestFirst, type Release, releaseId } from '../../objects/release.ts';
import type { SummaryBlock } from '../../stage-result.ts';
import { humanDuration } from '../../text/duration.ts';
import type { Delivery } from './delivery.ts';

type History = Pick<Delivery, 'releases' | 'current'>;

/** The recorded releases, the newest first. */
export function historyBlock(history: History): SummaryBlock[] {
  const rows = [...history.releases].sort(newestFirst).map((release) => rowOf(release, history.current));
  if (rows.length === 0) return [];
  const header = ['release', 'image', 'commit', 'by', 'outcome', 'began', 'took', 'run'];
  return [{ kind: 'table', title: 'Releases', header, rows }];
}

/** The same for the log: one line for each. */
export function historyLines(history: History): string[] {
  return [...history.releases].sort(newestFirst).map((release) => {
    const [id, image, commit, by, outcome, began, took] = rowOf(release, history.current);
    return `${id}  ${image}  ${commit}  by ${by}  ${began}  ${outcome}${took ? `, took ${took}` : ''}`;
  });
}

/** Digests of 12 digits, with the names of several images. */
function shortWords(images: Images): string {
  const short = (image: string) => (digestOf(image) ?? image).slice(0, 'sha256:'.length + 12);
  return imageWords(Object.fromEntries(Object.entries(images).map(([name, image]) => [name, short(image)])));
}

function rowOf(release: Release, current: Release | undefined): string[] {
  const { images, commit, actor, run, startedAt, finishedAt } = release;
  const words = release.outcome.replace('-', ' ');
  const outcome = release.partial ? `${words} in part` : words;
  const serves = current?.revision === release.revision;
  const took = finishedAt === undefined ? '' : humanDuration(Date.parse(finishedAt) - Date.parse(startedAt));
  return [
    releaseId(release),
    shortWords(images),
    commit.slice(0, 12),
    actor,
    // A run that was killed never wrote how it ended.
    serves ? `${outcome}, serves now` : outcome,
    `${startedAt.slice(0, 16).replace('T', ' ')} UTC`,
    took,
    run.url,
  ];
}
