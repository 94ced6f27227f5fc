import type { KubeObject } from '../ports.ts';
import { type Condition, condition, failed, ready, type Verdict, waiting } from './verdict.ts';

/**
 * A CustomResourceDefinition.
 *
 * Ready when it has the condition Established: the API server serves its kind.
 *
 * Failed when its names are taken (NamesAccepted is False).
 */
export function customResourceDefinition(object: KubeObject): Verdict {
  const { status } = object as unknown as { status?: { conditions?: Condition[] } };
  const names = condition(status?.conditions, 'NamesAccepted');
  if (names?.status === 'False') {
    return failed(
      `its names are taken: ${names.message}`,
      'Another CustomResourceDefinition has these names: remove one of the two.',
    );
  }
  const established = condition(status?.conditions, 'Established')?.status === 'True';
  return established ? ready('it is established') : waiting('it is not established yet');
}
