import { posix } from 'node:path';
import type { ReadEntry } from 'tar';
import type { Budget } from './budget.ts';
import { Changes } from './changes.ts';

/** Characters of a path: Linux opens no longer one. */
const LONGEST_PATH = 4_096;
/** GNU's tar gives this name to a sparse file, whose content begins with the map of its holes. */
const SPARSE = /(?:^|\/)GNUSparseFile\.\d+\//;
const MOST_GAPS = 20;

/** A layer of an image while it is read: what it hides, and what its kind keeps of the files. */
export abstract class Layer {
  readonly changes = new Changes();
  /** What could not be read, for people. */
  readonly gaps: string[] = [];
  protected readonly budget: Budget;

  constructor(budget: Budget) {
    this.budget = budget;
  }

  /** Takes a file, and reads it to its end. */
  protected abstract file(path: string, entry: ReadEntry): void;
  /** Takes a hard link. */
  protected link(_path: string, _target: string): void {}
  /** Forgets a file: a later entry of one name replaces an earlier one. */
  protected abstract forget(path: string): void;

  /** Takes an entry of the layer, and reads it to its end. @param fail gets what is wrong with it */
  add(entry: ReadEntry, fail: (error: Error) => void): void {
    try {
      this.take(entry);
    } catch (error) {
      entry.resume();
      fail(error as Error);
    }
  }

  /** An entry of a kind that is not read, such as a sparse file. */
  ignored(): void {
    this.gap('an entry of an unknown kind is left out');
  }

  protected gap(text: string): void {
    if (!this.gaps.includes(text) && this.gaps.length < MOST_GAPS) this.gaps.push(text);
  }

  private take(entry: ReadEntry): void {
    const path = this.pathOf(entry);
    if (path === undefined || !this.changes.add(path, entry.type === 'Directory')) {
      entry.resume();
      return;
    }
    this.forget(path);
    if (entry.type === 'File' || entry.type === 'OldFile' || entry.type === 'ContiguousFile') {
      this.file(path, entry);
      return;
    }
    const target = entry.type === 'Link' ? pathIn(entry.linkpath ?? '') : undefined;
    if (target !== undefined) this.link(path, target);
    entry.resume();
  }

  private pathOf(entry: ReadEntry): string | undefined {
    this.budget.entry(entry.path.length);
    if (entry.path.length > LONGEST_PATH) {
      this.gap(`a path with more than ${LONGEST_PATH} characters is left out`);
      return undefined;
    }
    if (SPARSE.test(entry.path)) {
      this.ignored();
      return undefined;
    }
    const path = pathIn(entry.path);
    if (path === undefined) this.gap('an entry outside of the root is left out');
    return path;
  }
}

/** The path below the root; undefined for one that leaves it. */
function pathIn(path: string): string | undefined {
  const own = posix.normalize(path).replace(/^\/+/, '').replace(/\/$/, '');
  return own === '..' || own.startsWith('../') || own.includes('\0') ? undefined : own;
}
