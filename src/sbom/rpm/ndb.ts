/** RPM's own format, as openSUSE has it. @see https://github.com/rpm-software-management/rpm/blob/rpm-4.20.0-release/lib/backend/ndb/rpmpkg.c */
const MAGIC = 'RpmP';
const SLOT = 'Slot';
const BLOB = 'BlbS';
const BLOCK = 16;
const PAGE = 4096;
const SLOT_PAGES_AT = 12;
/** The header takes the room of two slots. */
const FIRST_SLOT = 32;

export function isNdb(file: Buffer): boolean {
  return file.toString('latin1', 0, 4) === MAGIC;
}

/** The headers of the packages. @throws Error for a database that is broken */
export function headersOfNdb(file: Buffer): Buffer[] {
  const end = file.readUInt32LE(SLOT_PAGES_AT) * PAGE;
  if (end > file.length) throw new Error('its slots are cut off');
  const headers: Buffer[] = [];
  let left = file.length;
  for (let at = FIRST_SLOT; at + BLOCK <= end; at += BLOCK) {
    if (file.toString('latin1', at, at + 4) !== SLOT) throw new Error('a slot is broken');
    const [index, blob] = [file.readUInt32LE(at + 4), file.readUInt32LE(at + 8) * BLOCK];
    if (index === 0) continue;
    const header = blobOf(file, blob, index);
    left -= header.length;
    if (left < 0) throw new Error('its packages are larger than the file');
    headers.push(header);
  }
  return headers;
}

function blobOf(file: Buffer, at: number, index: number): Buffer {
  const isBlob = file.toString('latin1', at, at + 4) === BLOB && file.readUInt32LE(at + 4) === index;
  const start = at + BLOCK;
  const end = isBlob ? start + file.readUInt32LE(at + 12) : start;
  if (!isBlob || end > file.length) throw new Error('a package is broken');
  return file.subarray(start, end);
}
