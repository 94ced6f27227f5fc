import type { ReadEntry } from 'tar';
import type { WantedFile } from '../../../ports.ts';
import type { Budget } from './budget.ts';
import { type GoProgram, GoProgramSearch } from './go-program.ts';
import { Layer } from './layer.ts';

const MIB = 1024 ** 2;
/** Bytes that are kept of a file. A larger one is left out, unless its start is enough. */
const MOST = { whole: 32 * MIB, database: 128 * MIB, start: 16 * 1024 };
/** Bytes: no program of Go is smaller. */
const LEAST_PROGRAM = 512 * 1024;

/** A layer of which the wanted files are kept, and what Go wrote into programs. */
export class ContentLayer extends Layer {
  readonly files = new Map<string, Buffer>();
  readonly goPrograms = new Map<string, GoProgram>();
  /** Wanted names that are hard links → the file that they share. */
  readonly links = new Map<string, string>();
  private readonly wanted: WantedFile;

  constructor(wanted: WantedFile, budget: Budget) {
    super(budget);
    this.wanted = wanted;
  }

  protected file(path: string, entry: ReadEntry): void {
    const wanted = this.wanted(path);
    if (wanted !== undefined && wanted !== 'start' && entry.size > MOST[wanted]) {
      this.gap(`/${path} is larger than ${MOST[wanted] / MIB} MiB`);
      entry.resume();
    } else if (wanted !== undefined) this.keep(path, entry, MOST[wanted]);
    else if (((entry.mode ?? 0) & 0o111) !== 0 && entry.size >= LEAST_PROGRAM) this.program(path, entry);
    else entry.resume();
  }

  protected override link(path: string, target: string): void {
    if (this.wanted(path) !== undefined) this.links.set(path, target);
  }

  protected forget(path: string): void {
    this.files.delete(path);
    this.goPrograms.delete(path);
    this.links.delete(path);
  }

  private keep(path: string, entry: ReadEntry, most: number): void {
    this.budget.keep(Math.min(most, entry.size));
    const pieces: Buffer[] = [];
    let left = most;
    entry.on('data', (piece: Buffer) => {
      const own = piece.subarray(0, Math.max(0, left));
      left -= own.length;
      pieces.push(Buffer.from(own));
    });
    entry.on('end', () => this.files.set(path, Buffer.concat(pieces)));
  }

  private program(path: string, entry: ReadEntry): void {
    const search = new GoProgramSearch();
    entry.on('data', (piece: Buffer) => search.write(piece));
    entry.on('end', () => {
      search.end();
      if (search.found === undefined) return;
      if (this.budget.program(search.found.modules.length)) this.goPrograms.set(path, search.found);
      else this.gap('its programs of Go name more modules than are read');
    });
  }
}

/** What is visible after all layers. @param layers the oldest first; one may occur twice */
export function visibleIn(layers: readonly ContentLayer[]): {
  files: Map<string, Buffer>;
  goPrograms: Map<string, GoProgram>;
  gaps: string[];
} {
  const files = new Map<string, Buffer>();
  const goPrograms = new Map<string, GoProgram>();
  const missing = new Set<string>();
  for (const layer of layers) {
    // A hard link may share a file of a layer below, also one that this layer removes.
    const linked = [...layer.links].map(
      ([path, target]) => [path, layer.files.get(target) ?? files.get(target)] as const,
    );
    for (const known of [files, goPrograms, missing]) {
      for (const path of known.keys()) if (layer.changes.hides(path)) known.delete(path);
    }
    for (const [path, file] of layer.files) files.set(path, file);
    for (const [path, file] of linked) {
      if (file === undefined) missing.add(path);
      else files.set(path, file);
    }
    for (const [path, program] of layer.goPrograms) goPrograms.set(path, program);
  }
  const unread = [...missing].map((path) => `/${path} is a link to a file that is not read`);
  return { files, goPrograms, gaps: [...new Set([...layers.flatMap(({ gaps }) => gaps), ...unread])] };
}
