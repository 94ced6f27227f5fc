/** A file or folder in a tar archive. */
export interface ArchiveEntry {
  name: string;
  /** Bytes. */
  size: number;
  /** Where its content begins. */
  at: number;
}

/** A block of zeroes ends an archive. */
export function isEnd(header: Buffer): boolean {
  return header.every((byte) => byte === 0);
}

/** Before version 25, Docker wrote a layer that an image has twice only once. */
const SAME_LAYER = /^\.\.\/[0-9a-f]{64}\/layer\.tar$/;

/**
 * Reads a header of 512 bytes. Pure and strict: only files and folders in the ustar format (and links to a layer), without any extension, by which a
 * name or a size could be something else to another reader.
 * @param at where the content begins
 * @returns undefined for anything else
 * @see https://pubs.opengroup.org/onlinepubs/9799919799/utilities/pax.html#tag_20_94_13_06
 */
export function entryOf(header: Buffer, at: number): ArchiveEntry | undefined {
  const text = (from: number, length: number) => {
    const field = header.subarray(from, from + length);
    const end = field.indexOf(0);
    return field.toString('utf8', 0, end < 0 ? length : end);
  };
  const type = String.fromCharCode(header[156] ?? 0);
  if (text(257, 6) !== 'ustar' || !['0', '\0', '2', '5'].includes(type)) return undefined;
  const size = octal(text(124, 12));
  if (size === undefined || octal(text(148, 8)) !== checksum(header)) return undefined;
  if (type === '2' && !SAME_LAYER.test(text(157, 100))) return undefined;
  if ((type === '2' || type === '5') && size !== 0) return undefined;
  const prefix = text(345, 155);
  const name = `${prefix === '' ? '' : `${prefix}/`}${text(0, 100)}`.replace(/^(\.\/)+|\/+$/g, '');
  if (name === '') return type === '5' ? { name, size, at } : undefined;
  // An engine cleans a path before it writes to it: x/../manifest.json would be another manifest.json.
  const direct = name.split('/').every((part) => part !== '' && part !== '.' && part !== '..');
  return direct ? { name, size, at } : undefined;
}

function octal(text: string): number | undefined {
  const digits = text.trim();
  return /^[0-7]{1,12}$/.test(digits) ? Number.parseInt(digits, 8) : undefined;
}

/** The sum of all bytes, with that of the checksum itself as spaces. */
function checksum(header: Buffer): number {
  let sum = 0;
  for (const [index, byte] of header.entries()) sum += index >= 148 && index < 156 ? 32 : byte;
  return sum;
}
