import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Release } from '../../../src/objects/release.ts';
import { readRecord, releaseSecrets } from '../../../src/objects/release-record.ts';
import { parseJson, stringifyJson } from '../../../src/text/json.ts';

describe('JSON with whole numbers of 64 bits', () => {
  it('hb-06: keeps them exact on both ways', () => {
    const text = '{"a":9007199254740993,"b":[-9223372036854775808,9223372036854775807,1,1.5],"c":"9007199254740993"}';
    expect(parseJson(text)).toEqual({
      a: 9007199254740993n,
      b: [-(2n ** 63n), 2n ** 63n - 1n, 1, 1.5],
      c: '9007199254740993',
    });
    expect(stringifyJson(parseJson(text))).toBe(text);
  });

  it('hb-06: what 64 bits cannot hold is floating point, as for the API server', () => {
    expect(parseJson('[9223372036854775808, 1e30, 123456789012345678.5]')).toEqual([
      2 ** 63,
      1e30,
      Number('123456789012345678.5'),
    ]);
  });

  it('is JSON.parse and JSON.stringify for everything else', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const text = JSON.stringify(value);
        fc.pre(!/\d{16}/.test(text));
        expect(parseJson(text)).toEqual(JSON.parse(text));
        expect(stringifyJson(value)).toBe(text);
      }),
    );
    expect(() => parseJson('{"a": 9007199254740993')).toThrow(SyntaxError);
  });

  it('sorts with a replacer, also beside a large number', () => {
    const sorted = (_: string, value: unknown) =>
      typeof value === 'object' && value !== null ? Object.fromEntries(Object.entries(value).sort()) : value;
    expect(stringifyJson({ b: 9007199254740993n, a: 1 }, sorted)).toBe('{"a":1,"b":9007199254740993}');
  });

  it('a value that JSON cannot hold is an error as before', () => {
    const loop: Record<string, unknown> = {};
    loop.self = loop;
    expect(() => stringifyJson(loop)).toThrow(TypeError);
  });

  it('hb-06: a release record keeps them', () => {
    const object = { apiVersion: 'acme.dev/v1', kind: 'Account', metadata: { name: 'a' }, id: 9007199254740993n };
    const release = { app: 'shop', environment: 'staging', revision: 1, objects: [object] } as unknown as Release;
    const { record } = releaseSecrets(release, { namespace: 'shop', name: 'r' });
    expect(readRecord(record)?.release.objects).toEqual([object]);
  });
});
