import { expect, it } from 'vitest';
import { blockedBy } from '../../../../../src/plan/review/environment/terminating.ts';

it('R6: what keeps a namespace is named, in the words of the API server', () => {
  const namespace = {
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: { name: 'parking-pr-7', finalizers: ['example.dev/hold'] },
    status: {
      phase: 'Terminating',
      conditions: [
        { type: 'NamespaceDeletionContentFailure', status: 'False', message: 'All content successfully deleted' },
        {
          type: 'NamespaceFinalizersRemaining',
          status: 'True',
          message: 'Some content in the namespace has finalizers remaining: example.dev/queue in 1 resource instances',
        },
      ],
    },
  };
  expect(blockedBy(namespace)).toEqual([
    'Some content in the namespace has finalizers remaining: example.dev/queue in 1 resource instances',
    'the namespace itself has the finalizer example.dev/hold',
  ]);
});
