import { marked } from 'marked';
import { describe, expect, it } from 'vitest';
import { RolloutFailed } from '../../../src/errors.ts';
import { annotationsOf } from '../../../src/report/annotations.ts';
import { COMMENT_CHARACTERS, fitted, SUMMARY_BYTES } from '../../../src/report/limits.ts';
import { codeBlock, inline } from '../../../src/report/markdown.ts';
import { reviewComment } from '../../../src/report/review-comment.ts';
import { renderSummary } from '../../../src/report/summary.ts';
import type { StageResult } from '../../../src/stage-result.ts';
import { LONGEST_LINE } from '../../../src/text/cut.ts';
import { neutralise } from '../../../src/text/neutralise.ts';
import { stateOf } from '../../support/unit/review.ts';

const MEGABYTE = 1_000_000;
const failed = (details: string[]): StageResult => ({
  stage: 'rolling-update',
  outcome: 'failed',
  headline: 'failed',
  outputs: {},
  steps: [],
  ms: 1,
  blocks: [],
  annotations: [],
  error: new RolloutFailed('web crashes on every start', { details }),
});

/** One endless line of a pod between what else was seen. */
const diagnosis = [
  'event: BackOff',
  '  last lines of its log:',
  `  ${'x'.repeat(MEGABYTE)}`,
  '  Error: no DATABASE_URL',
];

describe('one endless line', () => {
  it('SEC-7: of backticks, is a block of code and not an error', () => {
    for (const line of ['`'.repeat(500_000), '``` '.repeat(240_000)]) {
      const text = renderSummary({ results: [failed([line])], skipped: [] });
      expect(text).toContain('web crashes on every start');
      expect(Buffer.byteLength(text)).toBeLessThanOrEqual(SUMMARY_BYTES);
    }
    expect(codeBlock(['`'.repeat(500)])).toMatch(/^`{501}text\n`{500}\n`{501}$/);
  });

  it('SEC-18: of dots behind an address, is read once', () => {
    const text = inline(`http://a${'.'.repeat(MEGABYTE)}x and http://b.example/c...!`);
    expect(text).toContain('http://a');
    expect(inline('see http://b.example/c...!')).toBe('see <http://b.example/c>...\\!');
  });

  it('X-2: leaves every other line in log, summary, annotation and comment', () => {
    const results = [failed(diagnosis)];
    const failure = { message: 'web crashes on every start', details: diagnosis, remedy: undefined };
    const comment = reviewComment(stateOf({ phase: 'failed', failure }));
    for (const text of [
      diagnosis.flatMap(neutralise).join('\n'),
      renderSummary({ results, skipped: [] }),
      annotationsOf(results)[0]?.message ?? '',
      comment,
    ]) {
      expect(text).toContain('event: BackOff');
      expect(text).toContain('Error: no DATABASE_URL');
    }
    expect(comment).toContain('… (cut: ');
    expect(comment.length).toBeLessThan(COMMENT_CHARACTERS);
  });

  it('X-2: is cut where it comes in, and says how long it was', () => {
    const [line = ''] = neutralise('x'.repeat(MEGABYTE));
    expect(line).toMatch(/^x+… \(cut: 1000000 characters\)$/);
    expect(line).toHaveLength(LONGEST_LINE);
    expect(neutralise('😀'.repeat(LONGEST_LINE))[0]?.isWellFormed()).toBe(true);
  });
});

describe('many lines', () => {
  it('SEC-17: 200,000 lines of a diagnosis are cut in one pass', () => {
    const details = Array.from({ length: 200_000 }, (_, index) => `line ${index}`);
    const text = renderSummary({ results: [failed(details)], skipped: [] });
    expect(text).toContain('line 0\n');
    expect(text).toContain('line 199999');
    const whole = fitted(() => 'a line\n'.repeat(300_000), SUMMARY_BYTES, Buffer.byteLength);
    expect(Buffer.byteLength(whole)).toBeLessThanOrEqual(SUMMARY_BYTES);
    expect(Buffer.byteLength(whole)).toBeGreaterThan(SUMMARY_BYTES - 200);
  });

  it('SEC-17: a fence and a fold that the cut leaves open are closed before it', () => {
    const inside = '# no heading, and <b>no markup</b>\n'.repeat(5_000);
    const text = fitted(
      () => `<details>\n<summary>log</summary>\n\n\`\`\`\`text\n${inside}\`\`\`\`\n\n</details>\n`,
      COMMENT_CHARACTERS,
      (one) => one.length,
    );
    expect(text.length).toBeLessThanOrEqual(COMMENT_CHARACTERS);
    expect(text).toMatch(/\n````\n\n<\/details>\n\n\n… cut: /);
    const page = marked.parse(text, { async: false });
    expect(page).not.toMatch(/<h1>|<b>/);
    expect(page).toMatch(/<\/details>\s*<p>… cut/);
  });
});
