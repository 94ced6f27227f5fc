import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { filesOf } from '../../../scripts/check-lib.ts';

const PAGE = 'docs/when-it-does-not-work.md';

/** The code of the first cell of each row, with its line. A cell without code describes what no message says. */
const quoted = readFileSync(PAGE, 'utf8')
  .split('\n')
  .flatMap((line, index) => {
    const [, cell = ''] = /^\| ((?:[^|])*) \|/.exec(line) ?? [];
    return [...cell.matchAll(/`([^`]+)`/g)].map(([, message = '']) => ({ where: `${PAGE}:${index + 1}`, message }));
  })
  .filter(({ message }) => /[a-z]{3}.* /.test(message));

/** The source with `…` for each value that a message inserts, so that a message stands there as the page quotes it. */
const source = filesOf('src/*.ts')
  .map((file) => withoutValues(readFileSync(file, 'utf8')))
  .join('\n');

function withoutValues(text: string): string {
  let result = '';
  let depth = 0;
  for (let at = 0; at < text.length; at += 1) {
    if (depth === 0 && text.startsWith('${', at)) {
      result += '…';
      depth = 1;
      at += 1;
    } else if (depth > 0) depth += text[at] === '{' ? 1 : text[at] === '}' ? -1 : 0;
    else result += text[at];
  }
  return result;
}

describe(PAGE, () => {
  it('quotes messages', () => expect(quoted.length).toBeGreaterThan(40));

  it.each(quoted)('$where quotes a message of Slipway: $message', ({ message }) => {
    expect(source.includes(message), message).toBe(true);
  });

  it('a message that no longer exists is found out', () => {
    expect(source).not.toContain('the Dockerfile is nowhere');
    expect(withoutValues(['namespace $', '{`a $', '{b}`} of $', '{name}'].join(''))).toBe('namespace … of …');
  });
});
