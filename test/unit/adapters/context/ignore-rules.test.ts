import { describe, expect, it } from 'vitest';
import { ignoreRules, type Matched } from '../../../../src/adapters/context/ignore-rules.ts';

/** Whether the rules exclude a path, asked folder by folder as the walk does. */
function ignored(text: string, path: string): boolean {
  const rules = ignoreRules(text);
  let last: { ignored: boolean; matched: Matched } = { ignored: false, matched: [] };
  for (const at of path.split('/').keys())
    last = rules.ignores(
      path
        .split('/')
        .slice(0, at + 1)
        .join('/'),
      last.matched,
    );
  return last.ignored;
}

describe('the rules of .dockerignore', () => {
  it.each([
    ['a', 'a/b', true],
    ['/a/', 'a/b', true],
    ['./a/../b', 'b/x', true],
    ['# a\n #b', '#b', true],
    ['\uFEFFa', 'a', true],
    ['*.md\n!keep.md', 'keep.md', false],
    ['*.md', 'sub/x.md', false],
    ['**/*.md', 'sub/x.md', true],
    ['**/*.md', 'x.md', true],
    ['docs/**', 'docs', false],
    ['docs/**', 'docs/a/b', true],
    ['a?c\na[0-9]\na[^0-9]z', 'a/c', false],
    ['a[0-9]', 'a7', true],
    ['a[^0-9]z', 'a7z', false],
    ['a\\*', 'a*', true],
    ['a\\*', 'ab', false],
    ['a.b', 'aXb', false],
    ['ab*ba', 'aba', false],
    ['a*/b', 'a1/b', true],
    ['**/b', 'ab', false],
    ['a*b*c', 'axbxc', true],
    // What BuildKit does and other readers do not.
    ['case/**b', 'case/ab/b/a.md', true],
    ['**b', 'ab', true],
    ['case/ab/[^a]\n!/case', 'case/ab/x', true],
    ['case/a\n!case', 'case/a/a.md', true],
  ])('%j about %s: %j', (text, path, expected) => expect(ignored(text, path)).toBe(expected));

  it('take linear time', () => {
    expect(ignored(`${'**/a*'.repeat(40)}[z]`, 'a/'.repeat(100).concat('b'))).toBe(false);
  });
});
