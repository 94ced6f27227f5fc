import { isUtf8 } from 'node:buffer';
import { gunzipSync } from 'node:zlib';
import type { DatabaseEngine } from '../../../config/engines.ts';
import { UserError } from '../../../errors.ts';
import { DATABASES } from '../../engines/engines.ts';

const WHERE = 'review.database.seed';
/** Bytes of a packed file that are looked at; what is beyond is only seen when it is loaded. */
const MAX_UNPACKED = 64 * 1_048_576;
/** Says in a file which encoding its text has: then the server converts it. */
const DECLARES_ENCODING = /client_encoding|\\encoding\s|\bset\s+names\s/i;

/**
 * Refuses a file that cannot be loaded, or that would be loaded wrongly, before anything is written.
 * @param before the migrations, as a dump with tables of its own
 * @throws UserError that names the line
 */
export function refuseSeedFile(path: string, content: Buffer, engine: DatabaseEngine, before: boolean): void {
  if (isOwnFormat(path, content, engine, before)) return;
  const sql = unpacked(content);
  if (sql === undefined) return;
  refuseUtf16(path, sql);
  // Each byte as one character: what is looked for is ASCII in every encoding that a server takes.
  const text = sql.toString('latin1');
  if (!isUtf8(sql) && !DECLARES_ENCODING.test(text)) throw notUtf8(path, sql);
  const leaving = DATABASES[engine].leavesDatabase(text);
  if (leaving === undefined) return;
  throw new UserError(`${WHERE}: ${path}:${leaving.line} leaves the database of the app: ${firstLine(leaving.text)}`, {
    details: ['A seed is loaded into one database that exists. What it loads elsewhere, the app does not see.'],
    remedy: 'Dump one database in place of the whole server (pg_dump --no-owner <database>), or remove such lines.',
  });
}

/** @returns whether the file is in the engine's own format of dumps, which holds one database and says its encoding */
function isOwnFormat(path: string, content: Buffer, engine: DatabaseEngine, before: boolean): boolean {
  const isDumpOf = ({ dumpMagic }: { dumpMagic: string | undefined }) =>
    dumpMagic !== undefined && content.subarray(0, dumpMagic.length).toString('latin1') === dumpMagic;
  const other = Object.values(DATABASES).find(isDumpOf);
  if (other === undefined) return false;
  if (other !== DATABASES[engine]) {
    throw new UserError(`${WHERE}: ${path} is a dump of ${other.title}, and the database is ${engine}`);
  }
  if (before) return true;
  throw new UserError(`${WHERE}: ${path} is a dump with tables of its own`, {
    remedy: `Write \`seed: { dump: ${path} }\`: it is loaded before the migrations.`,
  });
}

/** undefined: too large to be looked at, or no gzip file to its end, which its load reports. */
function unpacked(content: Buffer): Buffer | undefined {
  if (content[0] !== 0x1f || content[1] !== 0x8b) return content;
  try {
    return gunzipSync(content, { maxOutputLength: MAX_UNPACKED });
  } catch {
    return undefined;
  }
}

function refuseUtf16(path: string, sql: Buffer): void {
  const mark = sql.subarray(0, 2).toString('hex');
  if (mark !== 'fffe' && mark !== 'feff' && !sql.includes(0)) return;
  throw new UserError(`${WHERE}: ${path} is not text in an encoding that a database reads (UTF-16, or binary)`, {
    details: ['PowerShell writes UTF-16 where the output of a program goes to a file by `>`.'],
    remedy: `Save it as UTF-8: iconv -f UTF-16 -t UTF-8 ${path} > new.sql. Let the dump program write its file itself (--file).`,
  });
}

function notUtf8(path: string, sql: Buffer): UserError {
  let line = 1;
  for (let from = 0; from < sql.length; line += 1) {
    const end = sql.indexOf(0x0a, from);
    const to = end === -1 ? sql.length : end;
    if (!isUtf8(sql.subarray(from, to))) break;
    from = to + 1;
  }
  return new UserError(`${WHERE}: ${path}:${line} is not UTF-8, and the file does not say which encoding it has`, {
    remedy: `Convert it (iconv -f ISO-8859-1 -t UTF-8), or say its encoding on the first line: SET client_encoding = 'LATIN1'; (MySQL, MariaDB: SET NAMES latin1;)`,
  });
}

function firstLine(text: string): string {
  const [line = ''] = text.split('\n');
  return line.length > 120 ? `${line.slice(0, 120)} …` : line;
}
