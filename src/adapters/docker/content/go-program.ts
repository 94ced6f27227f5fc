/** What Go wrote into a program. */
export interface GoProgram {
  /** Such as go1.24.3. */
  go: string;
  /** A line for each module. */
  modules: string;
}

/** @see https://go.dev/src/debug/buildinfo/buildinfo.go */
const MAGIC = Buffer.from('\xff Go buildinf:', 'latin1');
const HEADER = 32;
const FLAGS_AT = 15;
/** The strings follow the header, since Go 1.18. */
const INLINE = 2;
/** Bytes of the two strings; a program with 1,000 modules has 100,000. */
const MOST = 1024 * 1024;
/** Marks around the lines of the modules. */
const SENTINEL = 16;

/** Looks for what Go wrote into a program, in the pieces of a file. Keeps at most 1 MiB of it. */
export class GoProgramSearch {
  found: GoProgram | undefined;
  private kept: Buffer = Buffer.alloc(0);
  private collecting = false;

  write(piece: Buffer): void {
    if (this.found !== undefined) return;
    this.kept = this.kept.length === 0 ? piece : Buffer.concat([this.kept, piece]);
    this.search(false);
  }

  end(): void {
    if (this.found === undefined && this.collecting) this.search(true);
  }

  /** @param last nothing more comes */
  private search(last: boolean): void {
    for (;;) {
      const at = this.collecting ? 0 : this.kept.indexOf(MAGIC);
      this.collecting = at >= 0;
      if (at < 0) {
        // The magic may begin at the end of this piece.
        this.kept = Buffer.from(this.kept.subarray(Math.max(0, this.kept.length - MAGIC.length + 1)));
        return;
      }
      this.kept = this.kept.subarray(at);
      const read = readHeader(this.kept);
      if (read === 'more' && !last && this.kept.length < MOST) {
        this.kept = Buffer.from(this.kept);
        return;
      }
      if (typeof read === 'object') {
        this.found = read;
        this.kept = Buffer.alloc(0);
        return;
      }
      // The magic alone, as in a program that reads others.
      this.kept = this.kept.subarray(MAGIC.length);
      this.collecting = false;
    }
  }
}

function readHeader(data: Buffer): GoProgram | 'more' | 'other' {
  if (data.length < HEADER) return 'more';
  if (((data[FLAGS_AT] ?? 0) & INLINE) === 0) return 'other';
  const go = readString(data, HEADER);
  if (typeof go === 'string') return go;
  const modules = readString(data, go.next);
  if (typeof modules === 'string') return modules;
  const isGo = /^(go\d|devel )/.test(go.text.toString('latin1', 0, 10));
  if (!isGo) return 'other';
  const lines = modules.text.subarray(SENTINEL, -SENTINEL).toString('utf8');
  return { go: go.text.toString('utf8'), modules: lines };
}

/** A length in the base of 128, and so many bytes. */
function readString(data: Buffer, start: number): { text: Buffer; next: number } | 'more' | 'other' {
  let length = 0;
  for (let at = start, shift = 0; shift < 28; at++, shift += 7) {
    const byte = data[at];
    if (byte === undefined) return 'more';
    length |= (byte & 0x7f) << shift;
    if (byte >= 0x80) continue;
    const next = at + 1 + length;
    if (length > MOST) return 'other';
    return next > data.length ? 'more' : { text: data.subarray(at + 1, next), next };
  }
  return 'other';
}
