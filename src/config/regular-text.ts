import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';

/** Why a file is not read: it is a folder, a pipe or a device, or it is larger than allowed. */
export class Unfit extends Error {
  /** Bytes; undefined for what is no regular file. */
  readonly bytes: number | undefined;

  constructor(what: string, bytes?: number) {
    super(what);
    this.bytes = bytes;
  }
}

/**
 * The text of a regular file. A file of a repository can be a link to a device that never ends, or a pipe that nobody writes to.
 * @param most bytes
 * @throws Unfit for anything else, and for a larger file; the error of the system if it cannot be opened
 */
export function regularText(path: string, most: number): string {
  const file = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    const info = fstatSync(file);
    if (!info.isFile()) throw new Unfit('it is no regular file');
    if (info.size > most) throw new Unfit(`it has ${info.size} bytes`, info.size);
    // Some file systems report no size.
    const buffer = Buffer.alloc(info.size === 0 ? most + 1 : info.size + 1);
    let length = 0;
    for (let read = -1; read !== 0 && length < buffer.length; length += read)
      read = readSync(file, buffer, length, buffer.length - length, null);
    if (length > most) throw new Unfit(`it has more than ${most} bytes`, length);
    return buffer.toString('utf8', 0, length);
  } finally {
    closeSync(file);
  }
}
