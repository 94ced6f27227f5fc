/** A hash table of Berkeley DB. @see https://github.com/berkeleydb/libdb/blob/v5.3.28/src/dbinc/db_page.h */
const MAGIC = 0x061561;
const MAGIC_AT = 12;
const HEADER = 26;
const TYPE_AT = 25;
/** Types of pages. */
const HASH_UNSORTED = 2;
const OVERFLOW = 7;
const HASH = 13;
/** Types of items. */
const IN_PAGE = 1;
const OFF_PAGE = 3;

export function isBerkeley(file: Buffer): boolean {
  return file.length >= 512 && (file.readUInt32LE(MAGIC_AT) === MAGIC || file.readUInt32BE(MAGIC_AT) === MAGIC);
}

/**
 * The values of a table whose keys are numbers, without that of the key 0, which is RPM's counter.
 * @throws Error for a database that is broken
 */
export function headersOfBerkeley(file: Buffer): Buffer[] {
  const table = new Table(file);
  return table.items().flatMap(([key, value]) => (key.length === 4 && key.readUInt32LE(0) !== 0 ? [value] : []));
}

class Table {
  private readonly file: Buffer;
  private readonly isLittle: boolean;
  private readonly size: number;
  /** Pages of values that may still be read: more than there are is a circle. */
  private left: number;

  constructor(file: Buffer) {
    this.file = file;
    this.isLittle = file.readUInt32LE(MAGIC_AT) === MAGIC;
    this.size = this.number(20);
    if (this.size < 512 || this.size > 65_536) throw new Error('its pages have no valid size');
    if (file.readUInt8(24) !== 0) throw new Error('it is encrypted');
    this.left = Math.ceil(file.length / this.size);
  }

  /** Pairs of keys and values of all pages; a page that is free has another type. */
  items(): [Buffer, Buffer][] {
    const found: [Buffer, Buffer][] = [];
    const last = Math.floor(this.file.length / this.size) - 1;
    if (last < this.number(32)) throw new Error('it is cut off');
    for (let page = 1; page <= last; page++) {
      const type = this.file.readUInt8(page * this.size + TYPE_AT);
      if (type !== HASH && type !== HASH_UNSORTED) continue;
      const items = this.itemsOf(page);
      for (let at = 0; at + 1 < items.length; at += 2) {
        const [key, value] = [items[at], items[at + 1]];
        if (key !== undefined && value !== undefined) found.push([key, value]);
      }
    }
    return found;
  }

  /** Items fill a page from its end; each ends where the one before begins. */
  private itemsOf(page: number): Buffer[] {
    const start = page * this.size;
    let end = this.size;
    return Array.from({ length: this.short(start + 20) }, (_, at) => {
      const offset = this.short(start + HEADER + 2 * at);
      if (offset >= end || offset < HEADER) throw new Error(`page ${page} is broken`);
      const item = this.file.subarray(start + offset, start + end);
      end = offset;
      const type = item.readUInt8(0);
      if (type === IN_PAGE) return item.subarray(1);
      if (type !== OFF_PAGE) throw new Error(`page ${page} has an item of an unknown type`);
      return this.overflow(this.number(start + offset + 4), this.number(start + offset + 8));
    });
  }

  private overflow(first: number, length: number): Buffer {
    if (length > this.file.length) throw new Error('a package is larger than the file');
    const pieces: Buffer[] = [];
    let left = length;
    for (let page = first; left > 0; page = this.number(page * this.size + 16)) {
      const start = page * this.size;
      if (--this.left < 0 || page === 0) throw new Error('its pages form a circle');
      if (this.file.readUInt8(start + TYPE_AT) !== OVERFLOW) throw new Error(`page ${page} is broken`);
      const used = Math.min(this.short(start + 22), left, this.size - HEADER);
      if (used === 0) throw new Error(`page ${page} is empty`);
      pieces.push(this.file.subarray(start + HEADER, start + HEADER + used));
      left -= used;
    }
    return Buffer.concat(pieces);
  }

  private number(at: number): number {
    return this.isLittle ? this.file.readUInt32LE(at) : this.file.readUInt32BE(at);
  }

  private short(at: number): number {
    return this.isLittle ? this.file.readUInt16LE(at) : this.file.readUInt16BE(at);
  }
}
