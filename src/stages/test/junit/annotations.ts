import type { Annotation } from '../../../stage-result.ts';
import { locateFailure, type PathMap } from './locate.ts';
import type { TestCase } from './report.ts';

/** One error annotation per failed case, at its line where it is known. `report/` keeps them within GitHub's limits. */
export function failureAnnotations(test: string, failed: readonly TestCase[], map: PathMap): Annotation[] {
  return failed.map((one): Annotation => {
    const place = locateFailure(one, map);
    return {
      level: 'error',
      title: `${test}: ${one.name}`,
      message: one.message || 'failed without a message',
      ...(place === undefined ? {} : { file: place.file }),
      ...(place?.line === undefined ? {} : { line: place.line }),
    };
  });
}
