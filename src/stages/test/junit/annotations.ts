import type { Annotation } from '../../stage-result.ts';
import { locate, type PathMap } from './locate.ts';
import type { TestCase } from './report.ts';

/** GitHub shows at most 10 errors of a step; a few more stand in the log. */
const MOST = 10;

/**
 * One error annotation per failed case, at its line where it is known. Of more than ten the last one tells how many are
 * left out.
 * @see https://github.com/orgs/community/discussions/26680 (10 errors per step, 50 per job)
 */
export function failureAnnotations(test: string, failed: readonly TestCase[], map: PathMap): Annotation[] {
  const shown = failed.length > MOST ? failed.slice(0, MOST - 1) : failed;
  const annotations = shown.map((one): Annotation => {
    const place = locate(one, map);
    return {
      level: 'error',
      title: `${test}: ${one.name}`,
      message: one.message || 'failed without a message',
      ...(place?.line === undefined ? {} : { line: place.line }),
      ...(place === undefined ? {} : { file: place.file }),
    };
  });
  const rest = failed.length - shown.length;
  if (rest === 0) return annotations;
  return [...annotations, { level: 'error', title: test, message: `${rest} further tests failed; see the summary` }];
}
