import { posix } from 'node:path';

/** A part of a pattern, which matches characters of a path. */
type Token =
  | { kind: 'one' | 'some' | 'folders' | 'all' }
  | { kind: 'char'; char: string }
  | { kind: 'class'; negated: boolean; ranges: [string, string][] };

interface Rule {
  /** What every path that matches begins with, and what it ends with: few paths have to be compared token by token. */
  start: string;
  end: string;
  tokens: Token[];
  negated: boolean;
}

/** Which rules of .dockerignore a folder has matched; the rules of its files begin there. */
export type Matched = readonly (boolean | undefined)[];

const NONE: Matched = [];

/** The rules of a .dockerignore, as BuildKit applies them. */
export interface IgnoreRules {
  /** A rule includes files again. */
  negates: boolean;
  /** @param parent of the folder of the path; empty for the context itself */
  ignores(path: string, parent: Matched): { ignored: boolean; matched: Matched };
}

/**
 * Reads a .dockerignore. A rule that includes again is only compared with a path that an earlier rule excludes, and what a folder
 * has matched counts for its files.
 * @see https://pkg.go.dev/github.com/moby/patternmatcher and …/ignorefile
 */
export function ignoreRules(text: string): IgnoreRules {
  const rules = text
    .replace(/^\uFEFF/, '')
    .split('\n')
    .filter((line) => !line.startsWith('#') && line.trim() !== '')
    .map(ruleOf);
  return {
    negates: rules.some(({ negated }) => negated),
    ignores(path, parent) {
      let ignored = false;
      let matched: boolean[] | undefined;
      for (const [at, { start, end, tokens, negated }] of rules.entries()) {
        const match =
          parent[at] === true ||
          (negated === ignored && path.startsWith(start) && path.endsWith(end) && matches(tokens, path));
        if (!match) continue;
        ignored = !negated;
        matched ??= [];
        matched[at] = true;
      }
      return { ignored, matched: matched ?? NONE };
    },
  };
}

function ruleOf(line: string): Rule {
  const text = line.trim();
  const negated = text.startsWith('!');
  const clean = posix.normalize((negated ? text.slice(1).trim() : text) || '.');
  const pattern = clean.length > 1 ? clean.replace(/\/$/, '').replace(/^\//, '') : clean;
  const tokens = tokensOf(pattern);
  return { start: startOf(tokens), end: endOf(tokens), tokens, negated };
}

function startOf(tokens: readonly Token[]): string {
  const end = tokens.findIndex(({ kind }) => kind !== 'char');
  return charsOf(tokens.slice(0, end < 0 ? undefined : end));
}

function endOf(tokens: readonly Token[]): string {
  return charsOf(tokens.slice(tokens.findLastIndex(({ kind }) => kind !== 'char') + 1));
}

function charsOf(tokens: readonly Token[]): string {
  return tokens.map((token) => (token.kind === 'char' ? token.char : '')).join('');
}

function tokensOf(pattern: string): Token[] {
  const tokens: Token[] = [];
  for (let at = 0; at < pattern.length; at++) {
    const char = pattern[at] as string;
    if (char === '*' && pattern[at + 1] === '*') {
      // `**x` at the very beginning is a suffix, also within a name.
      const suffix = at === 0 && pattern[2] !== '/' && !/[*?[\\]/.test(pattern.slice(2));
      at += pattern[at + 2] === '/' ? 2 : 1;
      tokens.push({ kind: suffix || at === pattern.length - 1 ? 'all' : 'folders' });
    } else if (char === '*') tokens.push({ kind: 'some' });
    else if (char === '?') tokens.push({ kind: 'one' });
    else if (char === '[' && pattern.indexOf(']', at + 2) > 0) {
      const end = pattern.indexOf(']', at + 2);
      tokens.push(classOf(pattern.slice(at + 1, end)));
      at = end;
    } else if (char === '\\' && at + 1 < pattern.length) tokens.push({ kind: 'char', char: pattern[++at] as string });
    else tokens.push({ kind: 'char', char });
  }
  return tokens;
}

function classOf(text: string): Token {
  const negated = text.startsWith('^');
  const chars = negated ? text.slice(1) : text;
  const ranges: [string, string][] = [];
  for (let at = 0; at < chars.length; at++) {
    const from = chars[at] as string;
    const to = chars[at + 1] === '-' ? chars[at + 2] : undefined;
    ranges.push([from, to ?? from]);
    if (to !== undefined) at += 2;
  }
  return { kind: 'class', negated, ranges };
}

/** Follows all ways at once, so that the time grows with the product of both lengths alone. */
function matches(tokens: readonly Token[], path: string): boolean {
  let positions = new Set([0]);
  for (const token of tokens) {
    positions = new Set(endsOf(token, path, positions));
    if (positions.size === 0) return false;
  }
  return positions.has(path.length);
}

/** Where a match of a token that begins at one of the positions can end. */
function* endsOf(token: Token, path: string, positions: ReadonlySet<number>): Generator<number> {
  if (token.kind === 'char' || token.kind === 'one' || token.kind === 'class') {
    for (const at of positions) if (fits(token, path[at])) yield at + 1;
    return;
  }
  let open = false;
  for (let at = 0; at <= path.length; at++) {
    const begins = positions.has(at);
    if (token.kind === 'some' && path[at - 1] === '/') open = false;
    open ||= begins;
    if (open && (begins || token.kind !== 'folders' || path[at - 1] === '/')) yield at;
  }
}

function fits(token: Token, char: string | undefined): boolean {
  if (char === undefined) return false;
  if (token.kind === 'char') return char === token.char;
  if (token.kind === 'class') return token.ranges.some(([from, to]) => from <= char && char <= to) !== token.negated;
  return char !== '/';
}
