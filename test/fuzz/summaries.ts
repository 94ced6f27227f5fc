import fc from 'fast-check';
import { RolloutFailed } from '../../src/errors.ts';
import { annotationsOf } from '../../src/report/annotations.ts';
import { SUMMARY_BYTES } from '../../src/report/limits.ts';
import { renderSummary } from '../../src/report/summary.ts';
import type { StageResult, SummaryBlock } from '../../src/stage-result.ts';
import { commandOf } from '../support/runner/commands.ts';
import { checkMarkup } from './comments.ts';
import { hostile, hostileLines } from './hostile-text.ts';

const block: fc.Arbitrary<SummaryBlock> = fc.oneof(
  fc.record({ kind: fc.constant('facts' as const), rows: fc.array(fc.tuple(hostile, hostile), { maxLength: 5 }) }),
  fc.record({
    kind: fc.constant('table' as const),
    header: fc.array(hostile, { minLength: 1, maxLength: 4 }),
    rows: fc.array(fc.array(hostile, { maxLength: 5 }), { maxLength: 5 }),
  }),
  fc.record({ kind: fc.constant('log' as const), title: hostile, lines: hostileLines }),
  fc.record({ kind: fc.constant('text' as const), text: hostile }),
);
const error = fc
  .tuple(hostile, hostileLines, hostile)
  .map(([message, details, remedy]) => new RolloutFailed(message, { details, remedy }));
const result: fc.Arbitrary<StageResult> = fc
  .record({
    stage: fc.constantFrom('build-image' as const, 'rolling-update' as const),
    headline: hostile,
    blocks: fc.array(block, { maxLength: 5 }),
    error: fc.option(error, { nil: undefined }),
    annotations: fc.array(
      fc.record({ level: fc.constantFrom('notice' as const, 'warning' as const), message: hostile, title: hostile }),
      { maxLength: 12 },
    ),
  })
  .map(({ error: thrown, ...rest }) => ({
    ...rest,
    outcome: thrown ? 'failed' : 'succeeded',
    outputs: {},
    steps: [],
    ms: 1,
    ...(thrown ? { error: thrown } : {}),
  }));
const results = fc.array(result, { minLength: 1, maxLength: 3 });

export const properties: { name: string; property: fc.IProperty<unknown> | fc.IAsyncProperty<unknown> }[] = [
  {
    name: 'job summary',
    property: fc.property(results, (some) => {
      const text = renderSummary({ results: some, skipped: [] });
      if (Buffer.byteLength(text) > SUMMARY_BYTES) throw new Error(`${Buffer.byteLength(text)} bytes`);
      checkMarkup(text);
    }),
  },
  {
    name: 'annotations',
    property: fc.property(results, (some) => {
      const all = annotationsOf(some);
      for (const { message, title = '' } of all) {
        if (message.length > 4_096) throw new Error(`${message.length} characters`);
        const command = [...message.split('\n'), title].find((line) => commandOf(line) !== undefined);
        if (command !== undefined) throw new Error(`commands the runner: ${JSON.stringify(command)}`);
      }
      for (const level of ['error', 'warning', 'notice']) {
        if (all.filter((one) => one.level === level).length > 10) throw new Error(`more than ten of ${level}`);
      }
    }),
  },
];
