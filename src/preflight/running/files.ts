import { type Finding, finding } from '../finding.ts';
import type { RunFacts, StartedProcess } from './facts.ts';

/** Files that every start makes, and that nobody misses. */
const HARMLESS =
  /^\/(tmp|run|var\/run|var\/tmp|dev|proc|sys|var\/cache|var\/log\/(nginx|apache2)|var\/lib\/nginx)(\/|$)|__pycache__|\.py[co]$|\.pid$|\.lock$|\/\.cache(\/|$)|\/\.npm(\/|$)|\.sock$|^\/root\/\.|^\/home\/[^/]+\/\./;
/** Files that hold what users gave. */
const DATA = /\.(sqlite3?|db)(-wal|-journal|-shm)?$|\/(uploads?|media|attachments|sessions?|storage|data)\//i;
const SHOWN = 5;

/** What is lost with the pod. */
export function fileFindings({ object, replicas }: StartedProcess, { changes }: RunFacts): Finding[] {
  const paths = changes.filter(({ change }) => change !== 'deleted').map(({ path }) => path);
  // Each folder above a changed file counts as changed.
  const files = paths.filter((path) => !HARMLESS.test(path) && !paths.some((other) => other.startsWith(`${path}/`)));
  if (files.length === 0) return [];
  const data = files.filter((path) => DATA.test(path));
  const shown = [...data, ...files.filter((path) => !data.includes(path))].slice(0, SHOWN);
  const more = files.length > SHOWN ? ` and ${files.length - SHOWN} more` : '';
  const pods = replicas > 1 ? `, and each of its ${replicas} pods has others` : '';
  return [
    finding('writes-files', {
      where: { object },
      confidence: data.length > 0 ? 'likely' : 'possible',
      seen: `it wrote ${shown.join(', ')}${more} into its root file system${pods}`,
      remedy:
        'Keep what must last in the database, in a bucket or in a volume (`volumes`, with `claim`); what may be lost in an `emptyDir`, or below /tmp.',
    }),
  ];
}
