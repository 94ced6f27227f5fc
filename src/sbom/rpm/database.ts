import { type Package, packageOf } from '../package.ts';
import { linesOf } from '../text.ts';
import { headersOfBerkeley, isBerkeley } from './berkeley.ts';
import { packageOfHeader } from './header.ts';
import { headersOfNdb, isNdb } from './ndb.ts';
import { isSqlite, rowsOf } from './sqlite.ts';

/**
 * The packages of a database of RPM: of SQLite, of RPM's own format, or of Berkeley DB. Reads the bytes, whatever the name says.
 * @param log the write-ahead log of SQLite, where there is one
 * @throws Error that says what is wrong with it
 */
export function readRpm(file: Buffer, log?: Buffer): Package[] {
  return headersOf(file, log).flatMap((header) => packageOfHeader(header) ?? []);
}

function headersOf(file: Buffer, log: Buffer | undefined): Buffer[] {
  if (isSqlite(file)) {
    return rowsOf(file, 'Packages', log).map(([, header]) => {
      if (Buffer.isBuffer(header)) return header;
      throw new Error('a row holds no package');
    });
  }
  if (isNdb(file)) return headersOfNdb(file);
  if (isBerkeley(file)) return headersOfBerkeley(file);
  throw new Error('its format is not known');
}

/** Azure Linux keeps a table beside the files in images without RPM: name, version-release, … architecture, epoch, source. */
export function readRpmManifest(text: string): Package[] {
  return linesOf(text).flatMap((line) => {
    const [name, version, , , , , , architecture, epoch] = line.split('\t');
    return packageOf('rpm', name, version, {
      architecture,
      epoch: Number.isInteger(Number(epoch)) ? Number(epoch) : undefined,
    });
  });
}
