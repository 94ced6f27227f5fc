/** The content of an image is more than is read. */
export class TooLarge extends Error {}

const GIB = 1024 ** 3;
const MIB = 1024 ** 2;

/** What is read of all layers of an image at most: somebody may have made them to exhaust this machine. */
export const LIMITS = {
  entries: 1_000_000,
  /** Characters of the paths of all entries. */
  paths: 256 * MIB,
  /** Bytes of the layers, uncompressed. */
  bytes: 64 * GIB,
  /** Files that are kept, and their bytes. */
  files: 50_000,
  kept: 512 * MIB,
  /** Bytes of what programs of Go say about themselves. */
  programs: 64 * MIB,
  /** Bytes that are read in archives of Java. */
  unpacked: GIB,
};

/** Counts what is read of one image. */
export class Budget {
  private readonly left: typeof LIMITS;

  constructor(limits: Partial<typeof LIMITS> = {}) {
    this.left = { ...LIMITS, ...limits };
  }

  /** An entry of a layer, with so many characters in its path. */
  entry(characters: number): void {
    this.left.paths -= characters;
    if (--this.left.entries < 0) throw new TooLarge('its layers hold too many entries');
    if (this.left.paths < 0) throw new TooLarge('the paths in its layers are too long');
  }

  /** Bytes of a layer, uncompressed. */
  read(bytes: number): void {
    this.left.bytes -= bytes;
    if (this.left.bytes < 0) throw new TooLarge('its layers are too large');
  }

  /** A file of which so many bytes are kept. */
  keep(bytes: number): void {
    this.left.files -= 1;
    this.left.kept -= bytes;
    if (this.left.files < 0) throw new TooLarge('too many of its files would be read');
    if (this.left.kept < 0) throw new TooLarge('its files that would be read are too large');
  }

  /** So many bytes that are read in an archive. */
  unpack(bytes: number): void {
    this.left.unpacked -= bytes;
    if (this.left.unpacked < 0) throw new TooLarge('its archives of Java are too large');
  }

  /** Whether so many bytes of what a program says about itself may be kept. */
  program(bytes: number): boolean {
    this.left.programs -= bytes;
    return this.left.programs >= 0;
  }
}
