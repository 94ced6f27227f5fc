import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { refuseSeedFile } from '../../../../../src/plan/review/database/seed-file.ts';

const check =
  (content: Buffer | string, path = 'db/seed.sql') =>
  () =>
    refuseSeedFile(path, Buffer.from(content as string), 'postgres', false);
const latin1 = (text: string) => Buffer.from(text, 'latin1');
const ROWS = "CREATE TABLE city (name text);\nINSERT INTO city VALUES ('Besançon');\n";

describe('hb-10: the encoding of a seed', () => {
  it('that is not UTF-8 and not said is refused with its line, packed or not', () => {
    expect(check(latin1(ROWS))).toThrow('review.database.seed: db/seed.sql:2 is not UTF-8, and the file does not say');
    expect(check(gzipSync(latin1(ROWS)), 'db/seed.sql.gz')).toThrow(/db\/seed\.sql\.gz:2 is not UTF-8/);
  });

  it.each(["SET client_encoding = 'LATIN1';", '\\encoding LATIN1', 'SET NAMES latin1;'])(
    'that is said (%s) is for the server to convert',
    (said) => {
      expect(check(latin1(`${said}\n${ROWS}`))).not.toThrow();
    },
  );

  it('that is UTF-16 is refused with what to do', () => {
    const utf16 = Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(ROWS, 'utf16le')]);
    expect(check(utf16)).toThrow(
      expect.objectContaining({ remedy: expect.stringContaining('iconv -f UTF-16 -t UTF-8 db/seed.sql') }),
    );
    expect(check(utf16.subarray(2))).toThrow(/UTF-16, or binary/);
  });

  it('that is UTF-8, with or without a byte order mark, passes', () => {
    expect(check(`\ufeff${ROWS.replaceAll('\n', '\r\n')}`)).not.toThrow();
  });
});

describe('hb-10: a seed that leaves the database of the app', () => {
  it('is refused with its line, also packed', () => {
    const dump = `-- PostgreSQL database cluster dump\n${ROWS}\\connect shop\n`;
    expect(check(dump)).toThrow('db/seed.sql:4 leaves the database of the app: \\connect shop');
    expect(check(gzipSync(dump))).toThrow(/:4 leaves/);
  });
});
