/** @see https://www.sqlite.org/fileformat2.html#the_write_ahead_log */
const MAGIC = 0x377f0682;
const HEADER = 32;
const FRAME = 24;
const SALTS_AT = 16;

/** The pages of the transactions in a write-ahead log that ended, by their numbers. */
export function writeAheadLog(log: Buffer, size: number): Map<number, Buffer> {
  const pages = new Map<number, Buffer>();
  // The lowest bit of the magic says in which order the checksums were made.
  if (log.length < HEADER || (log.readUInt32BE(0) & ~1) !== MAGIC || log.readUInt32BE(8) !== size) return pages;
  const salts = log.subarray(SALTS_AT, SALTS_AT + 8);
  let open = new Map<number, Buffer>();
  for (let at = HEADER; at + FRAME + size <= log.length; at += FRAME + size) {
    // Frames behind the last one of this log are of an earlier one.
    if (!log.subarray(at + 8, at + 16).equals(salts)) break;
    open.set(log.readUInt32BE(at), log.subarray(at + FRAME, at + FRAME + size));
    const isEnd = log.readUInt32BE(at + 4) !== 0;
    if (!isEnd) continue;
    for (const [number, page] of open) pages.set(number, page);
    open = new Map();
  }
  return pages;
}
