import { describe, expect, it } from 'vitest';
import { withoutStringData } from '../../../src/objects/without-string-data.ts';

const secret = (fields: object) => ({ apiVersion: 'v1', kind: 'Secret', metadata: { name: 'mail' }, ...fields });
const encoded = (text: string) => Buffer.from(text).toString('base64');

describe('CH-25: stringData of a Secret', () => {
  it('becomes data, and wins over a key of data, as in the API server', () => {
    const data = { A: encoded('old'), B: encoded('b') };
    expect(withoutStringData(secret({ data, stringData: { A: 'ü', C: '' } }))).toEqual(
      secret({ data: { A: encoded('ü'), B: encoded('b'), C: '' } }),
    );
    expect(withoutStringData(secret({ stringData: { A: null } }))).toEqual(secret({ data: { A: '' } }));
  });

  it('stays where there is none, where the server has to refuse it, and in other kinds', () => {
    for (const fields of [{}, { stringData: null }, { stringData: { PORT: 587 } }]) {
      expect(withoutStringData(secret(fields))).toEqual(secret(fields));
    }
    const other = { ...secret({ stringData: { A: 'a' } }), kind: 'Lot' };
    expect(withoutStringData(other)).toBe(other);
  });
});
