import { posix } from 'node:path';
import type { ReadEntry } from 'tar';
import type { WantedFile } from '../../../ports.ts';
import type { Budget } from './budget.ts';
import { type GoProgram, GoProgramSearch } from './go-program.ts';

/** Bytes of a file that is read whole. */
const MOST_WHOLE = 32 * 1024 * 1024;
/** Bytes of the start of a file. */
const START = 16 * 1024;
/** Bytes: no program of Go is smaller. */
const LEAST_PROGRAM = 512 * 1024;
/** @see https://github.com/opencontainers/image-spec/blob/v1.1.1/layer.md#whiteouts */
const WHITEOUT = '.wh.';
const OPAQUE = '.wh..wh..opq';

/** One layer: the wanted files, and everything that hides files of the layers below. */
export class Layer {
  readonly files = new Map<string, Buffer>();
  readonly goPrograms = new Map<string, GoProgram>();
  /** Wanted names that are hard links → the file that they share. */
  readonly links = new Map<string, string>();
  readonly gaps: string[] = [];
  private readonly removed = new Set<string>();
  private readonly opaque = new Set<string>();
  private readonly folders = new Set<string>();
  private readonly wanted: WantedFile;
  private readonly budget: Budget;

  constructor(wanted: WantedFile, budget: Budget) {
    this.wanted = wanted;
    this.budget = budget;
  }

  /** Takes an entry of the layer, and reads it to its end. @param fail gets what is wrong with it */
  add(entry: ReadEntry, fail: (error: Error) => void): void {
    try {
      this.take(entry);
    } catch (error) {
      entry.resume();
      fail(error as Error);
    }
  }

  private take(entry: ReadEntry): void {
    this.budget.entry();
    const path = pathIn(entry.path);
    if (path === undefined) {
      this.gap('an entry outside of the root is left out');
      entry.resume();
      return;
    }
    const name = posix.basename(path);
    if (name === OPAQUE) this.opaque.add(posix.dirname(path));
    else if (name.startsWith(WHITEOUT)) this.removed.add(posix.join(posix.dirname(path), name.slice(WHITEOUT.length)));
    else if (entry.type === 'Directory') this.folders.add(path);
    else {
      this.removed.add(path);
      this.forget(path);
      if (entry.type === 'File' || entry.type === 'OldFile' || entry.type === 'ContiguousFile') {
        this.file(path, entry);
        return;
      }
      const target = entry.type === 'Link' ? pathIn(entry.linkpath ?? '') : undefined;
      if (target !== undefined && this.wanted(path) !== undefined) this.links.set(path, target);
    }
    entry.resume();
  }

  /** Whether a file of a layer below is visible no more. */
  hides(path: string): boolean {
    if (this.folders.has(path) || this.opaque.has('.')) return true;
    for (let own = path; own !== '.'; own = posix.dirname(own)) {
      if (this.removed.has(own) || (own !== path && this.opaque.has(own))) return true;
    }
    return false;
  }

  private file(path: string, entry: ReadEntry): void {
    const wanted = this.wanted(path);
    if (wanted === 'whole' && entry.size > MOST_WHOLE) {
      this.gap(`/${path} is larger than ${MOST_WHOLE / 1024 / 1024} MiB`);
      entry.resume();
    } else if (wanted !== undefined) this.keep(path, entry, wanted === 'start' ? START : MOST_WHOLE);
    else if (((entry.mode ?? 0) & 0o111) !== 0 && entry.size >= LEAST_PROGRAM) this.program(path, entry);
    else entry.resume();
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

  /** A later entry of one name replaces an earlier one. */
  private forget(path: string): void {
    this.files.delete(path);
    this.goPrograms.delete(path);
    this.links.delete(path);
  }

  private gap(text: string): void {
    if (!this.gaps.includes(text) && this.gaps.length < 20) this.gaps.push(text);
  }
}

/** The path below the root; undefined for one that leaves it. */
function pathIn(path: string): string | undefined {
  const own = posix.normalize(path).replace(/^\/+/, '').replace(/\/$/, '');
  return own === '..' || own.startsWith('../') || own.includes('\0') ? undefined : own;
}

/** What is visible after all layers. */
export function visibleIn(layers: readonly Layer[]): {
  files: Map<string, Buffer>;
  goPrograms: Map<string, GoProgram>;
  gaps: string[];
} {
  const files = new Map<string, Buffer>();
  const goPrograms = new Map<string, GoProgram>();
  for (const layer of layers) {
    // A hard link may share a file of a layer below, also one that this layer removes.
    const linked = [...layer.links].map(
      ([path, target]) => [path, layer.files.get(target) ?? files.get(target)] as const,
    );
    for (const known of [files, goPrograms]) for (const path of known.keys()) if (layer.hides(path)) known.delete(path);
    for (const [path, file] of layer.files) files.set(path, file);
    for (const [path, file] of linked) if (file !== undefined) files.set(path, file);
    for (const [path, program] of layer.goPrograms) goPrograms.set(path, program);
  }
  return { files, goPrograms, gaps: [...new Set(layers.flatMap(({ gaps }) => gaps))] };
}
