import type { ReadEntry } from 'tar';
import { messageOf } from '../../../errors.ts';
import type { ImageContent, JavaArchive, WantedFile } from '../../../ports.ts';
import type { Budget } from './budget.ts';
import { type GoProgram, GoProgramSearch } from './go-program.ts';
import { javaArchives } from './java-archive.ts';
import { Layer } from './layer.ts';

const MIB = 1024 ** 2;
/** Bytes that are kept of a file. A larger one is left out, unless its start is enough. */
const MOST = { whole: 32 * MIB, database: 128 * MIB, archive: 256 * MIB, start: 16 * 1024 };
/** Bytes: no program of Go is smaller. */
const LEAST_PROGRAM = 512 * 1024;

/** Keeps the wanted files of a layer, and what Go wrote into programs. */
export class ContentLayer extends Layer {
  readonly files = new Map<string, Buffer>();
  readonly goPrograms = new Map<string, GoProgram>();
  readonly javaArchives = new Map<string, readonly JavaArchive[]>();
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
    } else if (wanted === 'archive') this.archive(path, entry);
    else if (wanted !== undefined) this.keep(path, entry, MOST[wanted]);
    else if (((entry.mode ?? 0) & 0o111) !== 0 && entry.size >= LEAST_PROGRAM) this.program(path, entry);
    else entry.resume();
  }

  protected override link(path: string, target: string): void {
    if (this.wanted(path) !== undefined) this.links.set(path, target);
  }

  protected forget(path: string): void {
    this.files.delete(path);
    this.goPrograms.delete(path);
    this.javaArchives.delete(path);
    this.links.delete(path);
  }

  private keep(path: string, entry: ReadEntry, most: number): void {
    this.budget.keep(Math.min(most, entry.size));
    collect(entry, most, (file) => this.files.set(path, file));
  }

  /** Only what an archive says about itself is kept. */
  private archive(path: string, entry: ReadEntry): void {
    collect(entry, MOST.archive, (file) => {
      try {
        this.javaArchives.set(path, javaArchives(path, file, this.budget));
      } catch (error) {
        this.gap(`/${path} is not understood: ${messageOf(error)}`);
      }
    });
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

/** Reads an entry to its end, and keeps its beginning. */
function collect(entry: ReadEntry, most: number, take: (file: Buffer) => void): void {
  const pieces: Buffer[] = [];
  let left = most;
  entry.on('data', (piece: Buffer) => {
    const own = piece.subarray(0, Math.max(0, left));
    left -= own.length;
    pieces.push(Buffer.from(own));
  });
  entry.on('end', () => take(Buffer.concat(pieces)));
}

/** What is visible after all layers. @param layers the oldest first; one may occur twice */
export function visibleIn(
  layers: readonly ContentLayer[],
): Pick<ImageContent, 'files' | 'goPrograms' | 'javaArchives' | 'gaps'> {
  const files = new Map<string, Buffer>();
  const goPrograms = new Map<string, GoProgram>();
  const java = new Map<string, readonly JavaArchive[]>();
  const missing = new Set<string>();
  for (const layer of layers) {
    // A hard link may share a file of a layer below, also one that this layer removes.
    const linked = [...layer.links].map(([path, target]) => ({
      path,
      file: layer.files.get(target) ?? files.get(target),
      archives: layer.javaArchives.get(target) ?? java.get(target),
    }));
    for (const known of [files, goPrograms, java, missing]) {
      for (const path of known.keys()) if (layer.changes.hides(path)) known.delete(path);
    }
    for (const [path, file] of layer.files) files.set(path, file);
    for (const [path, program] of layer.goPrograms) goPrograms.set(path, program);
    for (const [path, archives] of layer.javaArchives) java.set(path, archives);
    for (const { path, file, archives } of linked) {
      if (file !== undefined) files.set(path, file);
      else if (archives !== undefined) java.set(path, archives);
      else missing.add(path);
    }
  }
  const unread = [...missing].map((path) => `/${path} is a link to a file that is not read`);
  const gaps = [...new Set([...layers.flatMap((layer) => layer.gaps), ...unread])];
  return { files, goPrograms, javaArchives: java, gaps };
}
