import { describe, expect, it } from 'vitest';
import { reportLines } from '../../../src/report/log-text.ts';
import { renderSummary } from '../../../src/report/summary.ts';
import type { StageResult } from '../../../src/stage-result.ts';
import { compareUrl } from '../../../src/stages/rollout/diff.ts';

const dry: StageResult = {
  stage: 'promote',
  outcome: 'succeeded',
  dryRun: true,
  headline: 'dry run of production (parking): nothing was written; 1 of 2 objects would change',
  outputs: {},
  steps: [],
  ms: 900,
  blocks: [
    {
      kind: 'table',
      title: 'Objects',
      header: ['object', 'change', 'state'],
      rows: [
        ['Deployment web', 'changed', ''],
        ['Service web', 'unchanged', ''],
      ],
    },
    { kind: 'log', title: 'What would change', lines: ['! Deployment web (changed)'], open: true },
  ],
  annotations: [],
};
const run = { id: '1', attempt: 1, url: 'https://github.com/acme/parking/actions/runs/1' };

describe('F10: a dry run', () => {
  it('is headed as one, and never as something that succeeded', () => {
    const text = renderSummary({ results: [dry], skipped: [] });
    expect(text.split('\n')[0]).toBe('## 🔍 promote: dry run, nothing was written');
    expect(reportLines({ results: [dry], skipped: [] })[0]).toBe('promote: dry run, 900 ms');
    expect(renderSummary({ results: [{ ...dry, outcome: 'failed' }], skipped: [] })).toContain('## ❌ promote: failed');
  });

  it('has no column without values, and an open diff', () => {
    const text = renderSummary({ results: [dry], skipped: [] });
    expect(text).toMatch(/\| object \| change \|\n\| --- \| --- \|\n/);
    expect(text).toContain('<details open>\n<summary>What would change</summary>');
  });

  it('links the commits between what runs and what comes, where both are known', () => {
    const [before, after] = ['a'.repeat(40), 'b'.repeat(40)];
    const good = { commit: before } as Parameters<typeof compareUrl>[0]['good'];
    const url = 'https://github.com/acme/parking/compare/aaaaaaaaaaaa...bbbbbbbbbbbb';
    expect(compareUrl({ plan: { commit: after, run }, good })).toBe(url);
    expect(compareUrl({ plan: { commit: before, run }, good })).toBe('');
    expect(compareUrl({ plan: { commit: after, run: { ...run, url: '' } }, good })).toBe('');
    expect(compareUrl({ plan: { commit: after, run }, good: undefined })).toBe('');
  });
});
