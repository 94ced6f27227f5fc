import { describe, expect, it } from 'vitest';
import { value, valueHtml } from '../../../src/report/value.ts';

const RUN = 'https://github.com/acme/parking/actions/runs/5';
const COMPARE = 'https://github.com/acme/parking/compare/aaaaaaaaaaaa...bbbbbbbbbbbb';

describe('a value of a table', () => {
  it('is a short link for a run and for a comparison of commits', () => {
    expect(value(RUN)).toBe(`[run 5](${RUN})`);
    expect(value(`${RUN}/attempts/1`)).toBe(`[run 5](${RUN}/attempts/1)`);
    expect(value(`${RUN}/attempts/2`)).toBe(`[run 5 (attempt 2)](${RUN}/attempts/2)`);
    expect(valueHtml(RUN)).toBe(`<a href="${RUN}">run 5</a>`);
    expect(valueHtml(COMPARE)).toBe(`<a href="${COMPARE}">aaaaaaaaaaaa...bbbbbbbbbbbb</a>`);
  });

  it.each([
    'https://parking.example.dev/actions/runs/5',
    `${COMPARE}/attempts/2`,
    `${RUN})[x](https://evil.example/a/b/actions/runs/1`,
    'https://github.com/acme/parking/actions/runs/5?x=1',
  ])('shows any other address whole: %s', (text) => {
    expect(value(text)).not.toMatch(/^\[run/);
    expect(valueHtml(text)).not.toMatch(/>run \d/);
  });

  it('may break a long image behind its signs, so that a table fits a comment', () => {
    const image = `registry.example/apps/parking@sha256:${'1'.repeat(64)}`;
    expect(valueHtml(image)).toMatch(/^<code>registry\.<wbr>example.*@.*<wbr>sha256:<wbr>1+<\/code>$/);
  });
});
