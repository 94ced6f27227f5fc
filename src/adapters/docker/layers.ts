import { Parser, type ReadEntry } from 'tar';
import type { LayerScan } from '../../ports.ts';
import { isReadForSecrets, secretInFile } from '../../text/secret-files.ts';
import { firstBytes, joined } from './archive/first-bytes.ts';
import { savedImages } from './archive/saved-images.ts';
import type { DockerCli } from './cli.ts';
import { type Layer, summariseAll } from './layer-summary.ts';

/** Milliseconds for a whole image: preflight has 20 s. */
const MOST_MS = 15_000;
/** Bytes. A larger image is not read: saving it takes longer than that. */
export const LARGEST_IMAGE = 3 * 1024 ** 3;
/** Files of all layers, and bytes of the texts that are read. */
const MOST_FILES = 400_000;
const MOST_READ = 128 * 1024 * 1024;
const MOST_JSON = 8 * 1024 * 1024;
/** Code of a program that took too long. */
const TIMEOUT = 124;

/** Reads the layers of an image as the engine saves it, without writing a file. */
export async function scanLayers(docker: DockerCli, image: string, size: number): Promise<LayerScan> {
  if (size > LARGEST_IMAGE) return { secrets: [], lost: 0, largest: [], partial: 'the image is larger than 3 GiB' };
  const reader = new ArchiveReader();
  const { code } = await docker
    .attempt(['image', 'save', '--', image], { output: reader.sink, timeoutMs: MOST_MS })
    .catch(() => ({ code: TIMEOUT }));
  return reader.result(code === 0 ? undefined : 'saving it took too long');
}

/** An archive of `docker image save`: layers in any order, and small files with their order, for each platform. */
export class ArchiveReader {
  /** Takes the archive. */
  readonly sink: NodeJS.WritableStream;
  private readonly layers = new Map<string, Layer>();
  private readonly work: Promise<void>[] = [];
  private readonly texts = new Map<string, string>();
  private files = 0;
  private bytes = 0;
  private partial: string | undefined;

  constructor() {
    const onReadEntry = (entry: ReadEntry) => {
      // An entry that cannot be read is left out; the next ones count.
      this.work.push(this.entry(entry).catch(() => this.stop('a layer cannot be read')));
    };
    this.sink = new Parser({ onReadEntry }) as unknown as NodeJS.WritableStream;
  }

  async result(partial: string | undefined): Promise<LayerScan> {
    // Of an archive that ended early, the last entry never ends.
    if (partial === undefined) await Promise.all(this.work);
    const platforms = savedImages(this.texts)
      .map(({ layers }) => layers.flatMap((name) => this.layers.get(name) ?? []))
      .filter((layers) => layers.length > 0);
    return summariseAll(platforms.length > 0 ? platforms : [[...this.layers.values()]], partial ?? this.partial);
  }

  private stop(reason: string): void {
    this.partial ??= reason;
  }

  private async entry(entry: ReadEntry): Promise<void> {
    const isBlob = /^blobs\/sha256\/[0-9a-f]{64}$|\/layer\.tar$/.test(entry.path);
    if (entry.path === 'manifest.json' || entry.path === 'index.json')
      await this.text(entry, entry as unknown as AsyncIterable<Buffer>);
    else if (isBlob && entry.type === 'File') await this.blob(entry);
    else entry.resume();
  }

  /** A small file, which names others. The parser waits until an entry is read to its end. */
  private async text({ path }: ReadEntry, content: AsyncIterable<Buffer>): Promise<void> {
    const text = await textOf(content, Math.min(MOST_JSON, MOST_READ - this.bytes));
    this.bytes += text.length;
    this.texts.set(path, text);
  }

  /** A layer, or a document in JSON. */
  private async blob(entry: ReadEntry): Promise<void> {
    const [first, rest] = await firstBytes(entry, 1);
    if (first[0] === OPEN_BRACE) return this.text(entry, joined(first, rest));
    if (first.length === 0) return;
    const layer: Layer = { files: new Map(), removed: [], secrets: [] };
    const work: Promise<void>[] = [];
    const parser = new Parser({ onReadEntry: (file) => void work.push(this.file(file, layer)) });
    for await (const chunk of joined(first, rest)) {
      if (!parser.write(chunk)) await new Promise((resolve) => parser.once('drain', () => resolve(undefined)));
    }
    await ended(parser).catch(() => this.stop('a layer cannot be read'));
    await Promise.all(work);
    this.layers.set(entry.path, layer);
  }

  private async file(entry: ReadEntry, layer: Layer): Promise<void> {
    const path = entry.path.replace(/^\.?\/+/, '').replace(/\/$/, '');
    const name = path.slice(path.lastIndexOf('/') + 1);
    if (name.startsWith('.wh.')) layer.removed.push(path);
    if (entry.type !== 'File' || name.startsWith('.wh.') || ++this.files > MOST_FILES) {
      if (this.files > MOST_FILES) this.stop('it has more files than are read');
      return void entry.resume();
    }
    layer.files.set(path, entry.size);
    if (!isReadForSecrets(path, entry.size) || this.bytes + entry.size > MOST_READ) return void entry.resume();
    this.bytes += entry.size;
    const found = secretInFile(path, await textOf(entry as unknown as AsyncIterable<Buffer>, entry.size));
    if (found !== undefined) layer.secrets.push({ path, ...found });
  }
}

function ended(parser: Parser): Promise<void> {
  return new Promise((resolve, reject) => {
    parser.once('end', () => resolve());
    parser.once('error', reject);
    parser.end();
  });
}

const OPEN_BRACE = 0x7b;

/** The text of a file, or its beginning. */
async function textOf(content: AsyncIterable<Buffer>, most: number): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of content) {
    bytes += chunk.length;
    if (bytes <= most) chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}
