import { describe, expect, it } from 'vitest';
import { type Operation, withOperations } from '../../../../src/objects/patch/json-patch.ts';
import { PatchProblem } from '../../../../src/objects/patch/problem.ts';

const DOCUMENT = { a: { b: [1, 2, 3], 'x/y': 'slash', 'm~n': 'tilde' }, big: 12345678901234567890n };
const applied = (...operations: Operation[]) => withOperations<object>(DOCUMENT, operations);

describe('RFC 6902', () => {
  it.each<[string, Operation, object]>([
    ['4.1 add a member', { op: 'add', path: '/a/c', value: null }, { a: { ...DOCUMENT.a, c: null } }],
    ['4.1 add replaces a member', { op: 'add', path: '/a/b', value: 1 }, { a: { ...DOCUMENT.a, b: 1 } }],
    ['4.1 insert', { op: 'add', path: '/a/b/1', value: 9 }, { a: { ...DOCUMENT.a, b: [1, 9, 2, 3] } }],
    ['4.1 append', { op: 'add', path: '/a/b/-', value: 9 }, { a: { ...DOCUMENT.a, b: [1, 2, 3, 9] } }],
    ['4.1 append by index', { op: 'add', path: '/a/b/3', value: 9 }, { a: { ...DOCUMENT.a, b: [1, 2, 3, 9] } }],
    ['4.2 remove', { op: 'remove', path: '/a/b/0' }, { a: { ...DOCUMENT.a, b: [2, 3] } }],
    ['4.3 replace', { op: 'replace', path: '/a/b/2', value: 'z' }, { a: { ...DOCUMENT.a, b: [1, 2, 'z'] } }],
    ['4.4 move', { op: 'move', from: '/a/b/0', path: '/a/b/-' }, { a: { ...DOCUMENT.a, b: [2, 3, 1] } }],
    ['4.5 copy', { op: 'copy', from: '/a/b', path: '/c' }, { a: DOCUMENT.a, c: [1, 2, 3] }],
    ['4.6 test', { op: 'test', path: '/a/b', value: [1, 2, 3] }, { a: DOCUMENT.a }],
    ['RFC 6901: ~1', { op: 'replace', path: '/a/x~1y', value: 1 }, { a: { ...DOCUMENT.a, 'x/y': 1 } }],
    ['RFC 6901: ~0', { op: 'replace', path: '/a/m~0n', value: 1 }, { a: { ...DOCUMENT.a, 'm~n': 1 } }],
  ])('%s', (_, operation, expected) => {
    expect(applied(operation)).toEqual({ big: DOCUMENT.big, ...expected });
  });

  it.each<[Operation, RegExp]>([
    [{ op: 'remove', path: '/a/none' }, /there is no "none" on the way to \/a\/none/],
    [{ op: 'replace', path: '/none/x', value: 1 }, /there is no "none"/],
    [{ op: 'add', path: '/a/none/x', value: 1 }, /there is no "none"/],
    [{ op: 'add', path: '/big/x', value: 1 }, /neither a map nor a list/],
    [{ op: 'add', path: '/a/b/4', value: 1 }, /not an index of a list of 3/],
    [{ op: 'replace', path: '/a/b/-', value: 1 }, /not an index/],
    [{ op: 'remove', path: '/a/b/01' }, /not an index/],
    [{ op: 'test', path: '/a/b', value: [1] }, /test of \/a\/b fails: it is \[1,2,3\]/],
    [{ op: 'test', path: '/big', value: 1 }, /test of \/big fails: it is 12345678901234567890$/],
    [{ op: 'move', from: '/a', path: '/a/b' }, /cannot be moved into itself/],
  ])('%j is refused', (operation, message) => {
    expect(() => applied(operation)).toThrow(message);
  });

  it('does not change the given document, and sets no prototype', () => {
    const before = structuredClone(DOCUMENT);
    const changed = applied({ op: 'add', path: '/a/__proto__', value: { polluted: true } }) as { a: object };
    expect(DOCUMENT).toEqual(before);
    expect(Object.hasOwn(changed.a, '__proto__')).toBe(true);
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
  });

  /** `rfc6902` 5.4.0 and `fast-json-patch` 3.1.1 each accept some of these, and change another value. */
  it.each<[string, Operation]>([
    ['an item by a property of lists', { op: 'remove', path: '/a/b/length' }],
    ['the number of items', { op: 'replace', path: '/a/b/length', value: 0 }],
    ['an index with a letter', { op: 'replace', path: '/a/b/1x', value: 9 }],
    ['an index with a leading zero', { op: 'add', path: '/a/b/01', value: 9 }],
    ['a copy behind the end', { op: 'copy', from: '/a/x~1y', path: '/a/b/9' }],
    ['a move behind the end, which the removal brings closer', { op: 'move', from: '/a/b/0', path: '/a/b/3' }],
    ['a key below a prototype', { op: 'add', path: '/a/__proto__/x', value: 1 }],
    ['a key below a constructor', { op: 'add', path: '/a/constructor/prototype/x', value: 1 }],
    ['an inherited value', { op: 'copy', from: '/a/toString', path: '/c' }],
  ])('%s is refused', (_, operation) => {
    expect(() => applied(operation)).toThrow(PatchProblem);
    expect(({} as { x?: number }).x).toBeUndefined();
  });

  it('takes names of JavaScript for keys like any other, and copies big numbers', () => {
    const label = { labels: { constructor: 'acme' }, numbers: { big: DOCUMENT.big } };
    const operations: Operation[] = [
      { op: 'test', path: '/labels/constructor', value: 'acme' },
      { op: 'replace', path: '/labels/constructor', value: 'other' },
      { op: 'copy', from: '/numbers', path: '/copy' },
    ];
    const numbers = { big: DOCUMENT.big };
    expect(withOperations<object>(label, operations)).toEqual({
      labels: { constructor: 'other' },
      numbers,
      copy: numbers,
    });
  });
});
