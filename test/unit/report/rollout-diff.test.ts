import { describe, expect, it } from 'vitest';
import { diffComment, diffHeadline, type RolloutDiff, rolloutDiffLines } from '../../../src/report/rollout-diff.ts';

const diff = (overrides: Partial<RolloutDiff> = {}): RolloutDiff => ({
  app: 'parking',
  environment: 'staging',
  namespace: 'parking-staging',
  image: 'registry.example/parking@sha256:1',
  commit: 'a'.repeat(40),
  run: 'https://github.com/acme/parking/actions/runs/1',
  compare: 'https://github.com/acme/parking/compare/1...a',
  objects: [],
  jobs: [],
  validation: 'by the API server (dry run)',
  waitMs: 600_000,
  ...overrides,
});

describe('the comment on what would change', () => {
  it('has the sign of its app and environment, the objects as a diff, the commit and the run', () => {
    const objects: RolloutDiff['objects'] = [
      { name: 'Deployment ns/web', change: 'changed', lines: ['spec.replicas: 2 → 3'] },
      { name: 'ConfigMap ns/old', change: 'removed', lines: [] },
      { name: 'PersistentVolumeClaim ns/data', change: 'kept', lines: ['Slipway never deletes it'] },
    ];
    expect(diffComment(diff({ objects })).split('\n')).toEqual([
      '<!-- slipway:diff:parking:staging -->',
      '',
      '### Dry run: what a rollout of parking to staging would change',
      '',
      '1 of 1 objects would change, 1 would be removed in namespace `parking-staging`. Nothing was written.',
      '',
      '```diff',
      '! Deployment ns/web (changed)',
      '!     spec.replicas: 2 → 3',
      '- ConfigMap ns/old (removed)',
      '  PersistentVolumeClaim ns/data (kept)',
      '      Slipway never deletes it',
      '  validation: by the API server (dry run)',
      '  Slipway would wait up to 10 min until everything is ready',
      '```',
      '',
      `<sub>${'a'.repeat(40)} · \`registry.example/parking@sha256:1\` · [compare](https://github.com/acme/parking/compare/1...a) · [run](https://github.com/acme/parking/actions/runs/1)</sub>`,
      '',
    ]);
  });

  it('F10: lists the commits that would come, and those that would be taken back', () => {
    const commit = (digit: string, title: string) => ({ sha: digit.repeat(40), title, by: 'mona' });
    const commits = {
      total: 84,
      behind: 1,
      commits: [commit('b', 'Fix `x` for @ada, closes #12'), commit('c', 'y'.repeat(300))],
    };
    const text = diffComment(diff({ commits }));
    expect(text).toContain('> [!WARNING]\n> One commit that staging has now would be taken back.');
    expect(text).toContain('<summary>The newest 2 of 84 commits that would come</summary>');
    expect(text).toContain('- '.concat('b'.repeat(40), ' Fix \\`x\\` for @<!-- -->ada, closes #<!-- -->12 (mona)'));
    expect(text).not.toContain('y'.repeat(101));
    expect(rolloutDiffLines(diff({ commits })).slice(0, 3)).toEqual([
      '- One commit that staging has now would be taken back.',
      '  The newest 2 of 84 commits that would come:',
      '+     bbbbbbbbbbbb Fix `x` for @ada, closes #12 (mona)',
    ]);
    expect(diffComment(diff())).not.toContain('commit that');
  });

  it('that would be longer than GitHub takes is cut, and says so', () => {
    const lines = Array.from({ length: 3_000 }, (_, index) => `spec.field${index}: "${'x'.repeat(60)}" → "y"`);
    const text = diffComment(diff({ objects: [{ name: 'ConfigMap ns/big', change: 'changed', lines }] }));
    expect(text.length).toBeLessThan(65_536);
    expect(text).toContain('! ConfigMap ns/big (changed)');
    expect(text).toMatch(/… and \d+ more lines: GitHub shows no longer comments/);
    expect(text).toContain('[run](');
  });

  it('cannot be broken out of by a value', () => {
    const lines = ['data.text: "a" → "```\\n<!-- slipway:diff:parking:production --> @everybody"'];
    const text = diffComment(diff({ objects: [{ name: 'ConfigMap ns/x', change: 'changed', lines }] }));
    expect(text).toMatch(/^````diff$/m);
  });

  it('of nothing says that nothing would change', () => {
    const objects: RolloutDiff['objects'] = [{ name: 'Service ns/web', change: 'unchanged', lines: [] }];
    expect(diffHeadline({ objects })).toBe('0 of 1 objects would change');
  });
});
