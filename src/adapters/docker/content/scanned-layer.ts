import type { ReadEntry } from 'tar';
import type { LayerScan } from '../../../ports.ts';
import { isReadForSecrets, secretInFile } from '../../../text/secret-files.ts';
import { Changes } from './changes.ts';
import { Layer } from './layer.ts';

/** A credential in a file. */
interface Found {
  what: string;
  certain: boolean;
}

/** Keeps the sizes of all files of a layer, and the credentials in its small files. */
export class ScannedLayer extends Layer {
  /** Path → bytes. */
  readonly files = new Map<string, number>();
  readonly secrets = new Map<string, Found>();

  protected file(path: string, entry: ReadEntry): void {
    this.files.set(path, entry.size);
    if (!isReadForSecrets(path, entry.size)) {
      entry.resume();
      return;
    }
    this.budget.keep(entry.size);
    const pieces: Buffer[] = [];
    entry.on('data', (piece: Buffer) => pieces.push(piece));
    entry.on('end', () => {
      const found = secretInFile(path, Buffer.concat(pieces).toString('utf8'));
      if (found !== undefined) this.secrets.set(path, found);
    });
  }

  protected forget(path: string): void {
    this.files.delete(path);
    this.secrets.delete(path);
  }
}

const SHOWN = 5;

/**
 * The layers of an image, for each platform. Sizes are those of the first platform, credentials those of all.
 * @param platforms the layers of each, the oldest first
 */
export function summarise(platforms: readonly (readonly ScannedLayer[])[], partial: string | undefined): LayerScan {
  const scans = platforms.map(scanOf);
  const secrets = new Map<string, LayerScan['secrets'][number]>();
  for (const one of scans.flatMap((scan) => scan.secrets)) {
    const key = `${one.path}\0${one.what}`;
    // One that a platform still shows counts as there.
    if (secrets.get(key)?.deleted !== false) secrets.set(key, one);
  }
  return { ...(scans[0] ?? scanOf([])), secrets: [...secrets.values()], partial };
}

function scanOf(layers: readonly ScannedLayer[]): Omit<LayerScan, 'partial'> {
  const later = new Changes();
  const folders = new Map<string, number>();
  const secrets: LayerScan['secrets'][] = [];
  let lost = 0;
  for (const { files, secrets: own, changes } of [...layers].reverse()) {
    for (const [path, bytes] of files) {
      const folder = path.slice(0, path.lastIndexOf('/') + 1);
      if (later.hides(path)) lost += bytes;
      else folders.set(folder, (folders.get(folder) ?? 0) + bytes);
    }
    secrets.unshift([...own].map(([path, found]) => ({ path: `/${path}`, ...found, deleted: later.hides(path) })));
    later.include(changes);
  }
  return { secrets: secrets.flat(), lost, largest: largestOf(folders).slice(0, SHOWN) };
}

function largestOf(folders: ReadonlyMap<string, number>): LayerScan['largest'] {
  const groups = new Map<string, number>();
  for (const [folder, bytes] of folders) {
    const group = groupOf(folder);
    groups.set(group, (groups.get(group) ?? 0) + bytes);
  }
  return [...groups].map(([path, bytes]) => ({ path: `/${path}`, bytes })).sort((a, b) => b.bytes - a.bytes);
}

/** The folder that fills the image: of packages, a cache, or the first two of the path. @param folder ends with a slash */
function groupOf(folder: string): string {
  const known =
    /^.{0,300}?(?:^|\/)(?:node_modules|site-packages|dist-packages|\.git|\.cache|var\/lib\/apt\/lists|var\/cache)(?=\/)/.exec(
      folder,
    )?.[0];
  return known ?? folder.split('/').slice(0, -1).slice(0, 2).join('/');
}
