import { describe, expect, it } from 'vitest';
import { RolloutFailed, UserError } from '../../../src/errors.ts';
import type { Outcome } from '../../../src/outcome.ts';
import { COMMENT_CHARACTERS, fitted, SUMMARY_BYTES } from '../../../src/report/limits.ts';
import { problemLines, reportLines } from '../../../src/report/log-text.ts';
import { outputsOf, overallOutcome } from '../../../src/report/run-report.ts';
import { renderSummary } from '../../../src/report/summary.ts';
import type { StageResult } from '../../../src/stage-result.ts';

const result = (more: Partial<StageResult> = {}): StageResult => ({
  stage: 'build-image',
  outcome: 'succeeded',
  headline: 'built localhost:5000/apps/parking:main',
  outputs: { image: 'localhost:5000/apps/parking:main' },
  steps: [{ name: 'build', ms: 3_200 }],
  ms: 3_400,
  blocks: [],
  annotations: [],
  ...more,
});
const failed = result({
  stage: 'rolling-update',
  outcome: 'rolled-back',
  outputs: {},
  ms: 9_000,
  error: new RolloutFailed('parking-staging/web: image …/apps/parking@sha256:9f2c… was not found in the registry', {
    details: ['seen on node-1 after 3 s: manifest unknown.', '2 old pods keep serving; rolled back to revision 41.'],
    remedy: 'Push it first (output `reference` of push-to-registry).',
  }),
});

describe('the job summary', () => {
  it('of one action', () => {
    const facts: StageResult['blocks'][number] = {
      kind: 'facts',
      rows: [
        ['image', 'apps/parking:main'],
        ['size', '48 MB'],
        ['cache', ''],
      ],
    };
    expect(renderSummary({ results: [result({ blocks: [facts] })], skipped: [] })).toMatchInlineSnapshot(`
      "## ✅ build-image: succeeded

      built localhost:5000/apps/parking:main

      <table>
      <tr><th align="left">image</th><td><code>apps/parking:main</code></td></tr>
      <tr><th align="left">size</th><td>48 MB</td></tr>
      </table>

      <sub>build 3.2 s · in all 3.4 s</sub>
      "
    `);
  });

  it('of a pipeline that went wrong', () => {
    const skipped = [{ stage: 'promote' as const, reason: 'a pull request is not promoted' }];
    expect(renderSummary({ results: [result(), failed], skipped })).toMatchInlineSnapshot(`
      "## ↩️ pipeline: failed, rolled back

      | stage | outcome | time |  |
      | --- | --- | --- | --- |
      | \`build-image\` | ✅ succeeded | 3.4 s | built localhost:5000/apps/parking:main |
      | \`rolling-update\` | ↩️ rolled-back | 9.0 s | built localhost:5000/apps/parking:main |
      | \`promote\` | ⚪ not run |  | a pull request is not promoted |
      | **all** |  | **12.4 s** |  |

      ### build-image

      <sub>build 3.2 s · in all 3.4 s</sub>

      ### rolling-update

      **parking-staging/web: image …/apps/parking@<!-- -->sha256:9f2c… was not found in the registry**

      \`\`\`text
      seen on node-1 after 3 s: manifest unknown.
      2 old pods keep serving; rolled back to revision 41.
      \`\`\`

      > **What to do:** Push it first (output \`reference\` of push-to-registry).

      <sub>build 3.2 s · in all 9.0 s</sub>
      "
    `);
  });

  it('shows where in a file', () => {
    const location = { file: 'slipway.yml', line: 3, column: 5 };
    const error = new UserError('port must be a number', { location });
    const text = renderSummary({ results: [result({ outcome: 'failed', error })], skipped: [] });
    expect(text).toContain('at `slipway.yml:3:5`');
  });

  it('stays within GitHub’s limit, and keeps the end of long logs', () => {
    const lines = Array.from({ length: 40_000 }, (_, i) => `line ${i} ${'x'.repeat(80)}`);
    const rows = Array.from({ length: 40_000 }, (_, i) => [`case ${i}`, 'passed']);
    const blocks: StageResult['blocks'] = [
      { kind: 'log', title: 'log', lines },
      { kind: 'table', header: ['test', 'result'], rows },
    ];
    const text = renderSummary({ results: [result({ blocks })], skipped: [] });
    expect(Buffer.byteLength(text)).toBeLessThan(SUMMARY_BYTES);
    expect(text).toContain('line 39999');
    expect(text).toMatch(/log \(last \d+ of 40000 lines\)/);
    expect(text).toMatch(/… and \d+ more/);
  });

  it('is cut at a line when nothing shorter fits', () => {
    const text = fitted(
      () => 'word\n'.repeat(50_000),
      COMMENT_CHARACTERS,
      (t) => t.length,
    );
    expect(text.length).toBeLessThanOrEqual(COMMENT_CHARACTERS);
    expect(text).toMatch(/word\n\n\n… cut: /);
  });
});

describe('the log', () => {
  it('ends with each stage, its time and its outputs, then the errors in full', () => {
    const report = { results: [result(), failed], skipped: [{ stage: 'promote' as const, reason: 'no' }] };
    expect([...reportLines(report), ...problemLines(report)].join('\n')).toMatchInlineSnapshot(`
      "build-image: succeeded, 3.4 s
        built localhost:5000/apps/parking:main
        image = localhost:5000/apps/parking:main
      rolling-update: failed, rolled back, 9.0 s
      promote: not run, no
      pipeline: failed, rolled back
      parking-staging/web: image …/apps/parking@sha256:9f2c… was not found in the registry
        seen on node-1 after 3 s: manifest unknown.
        2 old pods keep serving; rolled back to revision 41.
        Push it first (output \`reference\` of push-to-registry)."
    `);
  });
});

describe('the outcome of a run', () => {
  const of = (...outcomes: Outcome[]) => overallOutcome(outcomes.map((outcome) => result({ outcome })));

  it('is that of the first stage that went wrong', () => {
    expect(of('succeeded', 'rolled-back')).toBe('rolled-back');
    expect(of('unknown', 'failed')).toBe('unknown');
    expect(of('succeeded', 'cancelled')).toBe('cancelled');
  });

  it('is unchanged only when nothing changed at all', () => {
    expect(of('unchanged', 'unchanged')).toBe('unchanged');
    expect(of('unchanged', 'succeeded')).toBe('succeeded');
    expect(of('succeeded', 'superseded')).toBe('superseded');
    expect(of()).toBe('succeeded');
  });

  it('is an output beside those of all stages', () => {
    expect(outputsOf([result(), failed])).toEqual({
      image: 'localhost:5000/apps/parking:main',
      outcome: 'rolled-back',
    });
  });
});
