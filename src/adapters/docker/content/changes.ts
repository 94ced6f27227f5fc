import { posix } from 'node:path';

/** @see https://github.com/opencontainers/image-spec/blob/v1.1.1/layer.md#whiteouts */
const WHITEOUT = '.wh.';
const OPAQUE = '.wh..wh..opq';

/** What a layer hides of the layers below it. Paths have no first slash. */
export class Changes {
  /** Paths that are removed or replaced, with everything below them. */
  private readonly removed = new Set<string>();
  /** Folders that have nothing of the layers below. */
  private readonly opaque = new Set<string>();
  private readonly folders = new Set<string>();
  /** Folder → whether all in it is hidden. */
  private readonly known = new Map<string, boolean>();

  /** Takes the path of an entry. @returns whether it is a file of its own: neither a whiteout nor a folder */
  add(path: string, isFolder: boolean): boolean {
    const name = path.slice(path.lastIndexOf('/') + 1);
    const folder = path.slice(0, path.length - name.length);
    if (name === OPAQUE) this.opaque.add(folder.slice(0, -1) || '.');
    else if (name.startsWith(WHITEOUT)) this.removed.add(folder + name.slice(WHITEOUT.length));
    else if (isFolder) this.folders.add(path);
    else {
      this.removed.add(path);
      return true;
    }
    return false;
  }

  /** Adds what another layer hides. */
  include(other: Changes): void {
    for (const path of other.removed) this.removed.add(path);
    for (const path of other.opaque) this.opaque.add(path);
    for (const path of other.folders) this.folders.add(path);
    this.known.clear();
  }

  /** Whether a file of a layer below is visible no more. */
  hides(path: string): boolean {
    return this.removed.has(path) || this.folders.has(path) || this.hidesAllIn(posix.dirname(path));
  }

  private hidesAllIn(folder: string): boolean {
    const known = this.known.get(folder);
    if (known !== undefined) return known;
    const isHidden =
      this.opaque.has(folder) ||
      (folder !== '.' && (this.removed.has(folder) || this.hidesAllIn(posix.dirname(folder))));
    this.known.set(folder, isHidden);
    return isHidden;
  }
}
