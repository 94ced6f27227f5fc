import { writeAheadLog } from './sqlite-log.ts';

/** @see https://www.sqlite.org/fileformat2.html */
const MAGIC = 'SQLite format 3\0';
const LEAF = 0x0d;
const INTERIOR = 0x05;
const FIRST_PAGE_HEADER = 100;
const LEAF_HEADER = 8;
const INTERIOR_HEADER = 12;

/** A value of a row; undefined: of another type. */
type Value = Buffer | string | number | undefined;

export function isSqlite(file: Buffer): boolean {
  return file.toString('latin1', 0, MAGIC.length) === MAGIC;
}

/**
 * The rows of a table of an SQLite database. Reads the pages in memory: the file is foreign, and is neither written to the disk nor
 * given to a library in C.
 * @param log the write-ahead log beside the file, whose pages are newer
 * @throws Error for a database that is broken
 */
export function rowsOf(file: Buffer, table: string, log?: Buffer): Value[][] {
  const pages = new Pages(file, log);
  const schema = pages.rows(1);
  const own = schema.find(([type, name]) => type === 'table' && name === table);
  const root = own?.[3];
  if (typeof root !== 'number') throw new Error(`it has no table ${table}`);
  return pages.rows(root);
}

class Pages {
  private readonly file: Buffer;
  private readonly newer: ReadonlyMap<number, Buffer>;
  private readonly size: number;
  /** Bytes of a page that hold data. */
  private readonly usable: number;
  /** Pages that may still be read: more than there are is a circle. */
  private left: number;
  /** Bytes of rows that may still be read: rows that share bytes are hostile. */
  private bytes: number;

  constructor(file: Buffer, log: Buffer | undefined) {
    this.file = file;
    const size = file.readUInt16BE(16);
    this.size = size === 1 ? 65_536 : size;
    this.usable = this.size - file.readUInt8(20);
    if (this.size < 512 || this.usable < 480) throw new Error('its pages have no valid size');
    this.newer = log === undefined ? new Map() : writeAheadLog(log, this.size);
    this.left = Math.ceil(file.length / this.size) + this.newer.size;
    this.bytes = this.left * this.size;
  }

  /** The rows of the tree with this root, in the order of their ids. */
  rows(root: number): Value[][] {
    const rows: Value[][] = [];
    const open = [root];
    for (let number = open.pop(); number !== undefined; number = open.pop()) {
      const page = this.page(number);
      const start = number === 1 ? FIRST_PAGE_HEADER : 0;
      const [type, cells] = [page.readUInt8(start), page.readUInt16BE(start + 3)];
      if (type !== LEAF && type !== INTERIOR) throw new Error(`page ${number} is not of a table`);
      const pointers = start + (type === LEAF ? LEAF_HEADER : INTERIOR_HEADER);
      const at = Array.from({ length: cells }, (_, cell) => page.readUInt16BE(pointers + 2 * cell));
      if (type === LEAF) for (const one of at) rows.push(valuesOf(this.payload(page, one)));
      else open.push(page.readUInt32BE(start + 8), ...at.reverse().map((one) => page.readUInt32BE(one)));
    }
    return rows;
  }

  private page(number: number): Buffer {
    if (--this.left < 0) throw new Error('its pages form a circle');
    const page = this.newer.get(number) ?? this.file.subarray((number - 1) * this.size, number * this.size);
    if (page.length < this.size) throw new Error(`page ${number} is missing`);
    return page;
  }

  /** What a cell of a leaf holds, also where it continues on pages of its own. */
  private payload(page: Buffer, cell: number): Buffer {
    const [length, afterLength] = varint(page, cell);
    const [, start] = varint(page, afterLength);
    this.bytes -= length;
    if (this.bytes < 0) throw new Error('its rows are larger than the file');
    const most = this.usable - 35;
    if (length <= most) return page.subarray(start, start + length);
    const least = Math.floor(((this.usable - 12) * 32) / 255) - 23;
    const wanted = least + ((length - least) % (this.usable - 4));
    const local = wanted <= most ? wanted : least;
    const pieces = [page.subarray(start, start + local)];
    let next = page.readUInt32BE(start + local);
    for (let left = length - local; left > 0; left -= this.usable - 4) {
      const more = this.page(next);
      pieces.push(more.subarray(4, 4 + Math.min(left, this.usable - 4)));
      next = more.readUInt32BE(0);
    }
    return Buffer.concat(pieces);
  }
}

function valuesOf(record: Buffer): Value[] {
  const [end, first] = varint(record, 0);
  const values: Value[] = [];
  let data = end;
  for (let at = first; at < end; ) {
    const [type, next] = varint(record, at);
    const size = sizeOf(type);
    if (data + size > record.length) throw new Error('a row is cut off');
    values.push(decodedValue(type, record.subarray(data, data + size)));
    data += size;
    at = next;
  }
  return values;
}

/** Bytes of the types below 12. */
const SIZES = [0, 1, 2, 3, 4, 6, 8, 8, 0, 0];

function sizeOf(type: number): number {
  return type < 12 ? (SIZES[type] ?? 0) : Math.floor((type - 12) / 2);
}

function decodedValue(type: number, bytes: Buffer): Value {
  if (type >= 12) return type % 2 === 0 ? bytes : bytes.toString('utf8');
  if (type === 8 || type === 9) return type - 8;
  return type >= 1 && type <= 5 ? bytes.readIntBE(0, bytes.length) : undefined;
}

/** A number in the base of 128, and where it ends. */
function varint(bytes: Buffer, start: number): [number, number] {
  let value = 0;
  for (let at = start; at < start + 8; at++) {
    const byte = bytes.readUInt8(at);
    value = value * 128 + (byte & 0x7f);
    if (byte < 0x80) return [value, at + 1];
  }
  return [value * 256 + bytes.readUInt8(start + 8), start + 9];
}
