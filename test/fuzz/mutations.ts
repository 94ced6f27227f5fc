import fc from 'fast-check';

/** Pieces that mean something in YAML: they break more than random characters do. */
const PIECES =
  '{ } [ ] : - ? , # & * ! | > \' " % @ ` ~ << &a *a !!int !!binary null true 3.10 ${{ {{ --- ... \t \r \n \u0000 \ufeff \u2028'
    .split(' ')
    .concat(['\n  ', '\n- ', ': ', '\n---\n', ' #', '\n\t']);

interface Change {
  at: number;
  cut: number;
  piece: string;
}

const change: fc.Arbitrary<Change> = fc.record({
  at: fc.double({ min: 0, max: 1, noNaN: true }),
  cut: fc.nat({ max: 12 }),
  piece: fc.oneof(fc.constantFrom('', ...PIECES), fc.string({ maxLength: 4 })),
});

/** A text with up to six small changes. */
export function mutationsOf(text: string): fc.Arbitrary<string> {
  return fc.array(change, { minLength: 1, maxLength: 6 }).map((changes) =>
    changes.reduce((now, { at, cut, piece }) => {
      const index = Math.floor(at * now.length);
      return now.slice(0, index) + piece + now.slice(index + cut);
    }, text),
  );
}

/** A JSON value with one node replaced, as charts leave it: by null, by nothing, or by a value of another type. */
export function replacementsIn(value: unknown): fc.Arbitrary<unknown> {
  const paths = pathsOf(value);
  return fc
    .tuple(
      fc.constantFrom(...paths),
      fc.constantFrom<unknown>(null, null, undefined, '', 0, false, [], {}, [null], 9007199254740993n),
    )
    .map(([path, replacement]) => replaced(value, path, replacement));
}

function pathsOf(value: unknown, path: string[] = []): string[][] {
  if (typeof value !== 'object' || value === null) return [path];
  const below = Object.entries(value).flatMap(([key, inner]) => pathsOf(inner, [...path, key]));
  return path.length === 0 ? below : [path, ...below];
}

function replaced(value: unknown, [key, ...rest]: readonly string[], replacement: unknown): unknown {
  if (key === undefined) return replacement;
  if (Array.isArray(value))
    return value.map((item, index) => (String(index) === key ? replaced(item, rest, replacement) : item));
  const fields = value as Record<string, unknown>;
  const next = replaced(fields[key], rest, replacement);
  return Object.fromEntries(Object.entries({ ...fields, [key]: next }).filter(([, inner]) => inner !== undefined));
}
