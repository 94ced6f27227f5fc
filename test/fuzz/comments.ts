import fc from 'fast-check';
import { marked } from 'marked';
import type { EnvironmentDrift } from '../../src/plan/drift/report.ts';
import { driftBody, driftMarker } from '../../src/report/drift-issue.ts';
import { COMMENT_CHARACTERS } from '../../src/report/limits.ts';
import { reviewComment, reviewMarker } from '../../src/report/review-comment.ts';
import { variantsIn, withAnswerOf, withStates } from '../../src/report/review-sections.ts';
import type { ReviewPhase } from '../../src/report/review-state.ts';
import { diffComment, diffMarker, type RolloutDiff } from '../../src/report/rollout-diff.ts';
import { stateOf } from '../support/unit/review.ts';
import { hostile, hostileLines } from './hostile-text.ts';

/** Throws unless a comment is within GitHub's limit, begins with its one marker, and holds no markup of others. */
export function checkComment(body: string, marker: string): void {
  if (body.length > COMMENT_CHARACTERS) throw new Error(`${body.length} characters`);
  if (!body.startsWith(marker)) throw new Error(`does not begin with ${marker}`);
  if (body.split(marker).length !== 2) throw new Error(`${marker} stands in it more than once`);
  checkMarkup(body);
}

/** Throws where text of others has become markup. */
export function checkMarkup(body: string): void {
  const page = marked.parse(body, { async: false });
  const found = /<img|<h1|href="javascript:|onerror=1>/i.exec(page)?.[0];
  if (found !== undefined) throw new Error(`text of others became ${found}`);
  const [opened, closed] = [page.split('<details').length, page.split('</details>').length];
  if (opened !== closed) throw new Error(`${opened - 1} folds are opened and ${closed - 1} closed`);
}

const phase = fc.constantFrom<ReviewPhase>('starting', 'ready', 'asleep', 'queued', 'failed', 'cancelled', 'removed');
const failure = fc.record({ message: hostile, details: hostileLines, remedy: fc.option(hostile, { nil: undefined }) });
const variant = fc.option(fc.constantFrom('a', 'b', 'tenant-c'), { nil: undefined });
const answer = fc.record({
  command: hostile,
  by: hostile,
  text: hostile,
  logs: fc.array(fc.record({ title: hostile, lines: hostileLines }), { maxLength: 3 }),
});
const state = fc
  .record({
    phase,
    failure,
    variant,
    answers: fc.boolean(),
    commit: hostile,
    notes: fc.array(hostile, { maxLength: 3 }),
  })
  .map(stateOf);

const object = fc.record({
  name: hostile,
  change: fc.constantFrom<RolloutDiff['objects'][number]['change']>('new', 'changed', 'removed', 'kept', 'unchanged'),
  lines: hostileLines,
});

const field = fc.record({
  field: hostile,
  change: fc.constantFrom('changed' as const, 'added' as const, 'removed' as const),
  recorded: fc.option(hostile),
  live: fc.option(hostile),
  by: fc.option(hostile),
  at: fc.option(hostile),
});
const drifted = fc.record({
  apiVersion: fc.constant('v1'),
  kind: hostile,
  namespace: hostile,
  name: hostile,
  state: fc.constantFrom('changed' as const, 'deleted' as const, 'left-over' as const),
  note: fc.option(hostile),
  fields: fc.array(field, { maxLength: 40 }),
});

export const properties: { name: string; property: fc.IProperty<unknown> | fc.IAsyncProperty<unknown> }[] = [
  {
    name: 'comment of a review environment',
    property: fc.property(fc.tuple(state, fc.option(answer, { nil: undefined })), ([some, given]) =>
      checkComment(reviewComment({ ...some, answer: given }), reviewMarker('parking')),
    ),
  },
  {
    name: 'comment of several review environments',
    property: fc.property(fc.tuple(state, state, answer), ([first, second, given]) => {
      const one = withStates(undefined, first);
      const two = withStates(one, { ...second, toldAt: 5 }, [first]);
      const three = withAnswerOf('parking', two, second.variant, given);
      for (const body of [one, two, three]) checkComment(body, reviewMarker('parking'));
      const names = new Set([first.variant, second.variant]);
      if (variantsIn(three).length !== names.size) throw new Error(`sections: ${variantsIn(three).join(', ')}`);
    }),
  },
  {
    name: 'comment of a dry run',
    property: fc.property(
      fc.tuple(hostile, hostile, fc.array(object, { maxLength: 10 })),
      ([image, commit, objects]) => {
        const diff = {
          app: 'parking',
          environment: 'staging',
          namespace: 's',
          image,
          commit,
          run: '',
          compare: '',
          objects,
          jobs: [],
          validation: 'by the API server',
          waitMs: 0,
        };
        checkComment(diffComment(diff), diffMarker(diff));
      },
    ),
  },
  {
    name: 'issue of a drift',
    property: fc.property(fc.array(drifted, { maxLength: 10 }), (objects) => {
      const release = { id: 'parking-7', outcome: 'succeeded', image: 'i', commit: 'c', startedAt: 'T' };
      const found = {
        environment: 'staging',
        namespace: 's',
        state: 'drifted',
        release,
        newer: [],
        objects,
        notes: [],
      };
      checkComment(driftBody('parking', found as EnvironmentDrift, ''), driftMarker('parking', 'staging'));
    }),
  },
];
