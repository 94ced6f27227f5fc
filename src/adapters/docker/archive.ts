import { type FileHandle, lstat, open } from 'node:fs/promises';
import { messageOf, UserError } from '../../errors.ts';
import { type ArchiveEntry, entryOf, isEnd } from './tar.ts';

const BLOCK = 512;
/** Bytes of a file that is read into memory; Docker's own are a few hundred. */
const MAX_JSON = 1_000_000;
/** An image has at most 127 layers, and a few files beside. */
const MAX_ENTRIES = 10_000;
/** @see https://github.com/opencontainers/image-spec/blob/v1.1.1/image-index.md and descriptor.md */
const IMAGE_KEYS = ['Config', 'RepoTags', 'Layers', 'Parent', 'LayerSources'];
const INDEX_KEYS = ['schemaVersion', 'mediaType', 'artifactType', 'manifests', 'subject', 'annotations'];
const DESCRIPTOR_KEYS = ['mediaType', 'digest', 'size', 'urls', 'annotations', 'data', 'artifactType', 'platform'];

/**
 * Looks into an archive of `docker save`, which a stranger may have made, before an engine sees it: it must hold one image, and
 * must not give it a name. A name would take the place of an image that others on this machine use, such as `postgres:17`.
 * Only what Docker itself writes is understood, so that nothing is read here in another way than there.
 * @throws UserError that says what is wrong with it
 * @see https://github.com/moby/docker-image-spec/blob/v1.3.1/spec.md (manifest.json)
 */
export async function checkArchive(path: string): Promise<void> {
  const info = await lstat(path).catch((cause: unknown) => {
    throw refused(path, `it cannot be read: ${messageOf(cause)}`);
  });
  if (!info.isFile()) throw refused(path, 'it is not a file');
  const file = await open(path);
  try {
    const entries = await entriesOf(file, path);
    const images = await jsonOf(file, entries, 'manifest.json', path);
    if (!Array.isArray(images) || images.length !== 1) throw refused(path, 'it does not hold exactly one image');
    onlyKeys(images[0], IMAGE_KEYS, 'manifest.json', path);
    if (!isEmpty(Object(images[0]).RepoTags)) throw refused(path, 'it gives its image a name');
    if (entries.has('repositories')) throw refused(path, 'it gives its image a name');
    const index = entries.has('index.json') ? await jsonOf(file, entries, 'index.json', path) : undefined;
    checkIndex(index, path);
    if (namesIn(index)) throw refused(path, 'it gives its image a name');
  } finally {
    await file.close();
  }
}

/** Every file of the archive, each once. */
async function entriesOf(file: FileHandle, path: string): Promise<Map<string, ArchiveEntry>> {
  const entries = new Map<string, ArchiveEntry>();
  const header = Buffer.alloc(BLOCK);
  for (let at = 0; ; ) {
    const { bytesRead } = await file.read(header, 0, BLOCK, at);
    if (bytesRead === BLOCK && isEnd(header)) return entries;
    const entry = bytesRead === BLOCK ? entryOf(header, at + BLOCK) : undefined;
    if (entry === undefined) throw refused(path, 'it is not an archive that Docker has made');
    if (entries.has(entry.name)) throw refused(path, `it holds ${entry.name} twice`);
    if (entries.size >= MAX_ENTRIES) throw refused(path, `it holds more than ${MAX_ENTRIES} files`);
    entries.set(entry.name, entry);
    at += BLOCK + Math.ceil(entry.size / BLOCK) * BLOCK;
  }
}

async function jsonOf(
  file: FileHandle,
  entries: ReadonlyMap<string, ArchiveEntry>,
  name: string,
  path: string,
): Promise<unknown> {
  const entry = entries.get(name);
  if (entry === undefined || entry.size > MAX_JSON) throw refused(path, `it has no ${name}`);
  const { buffer, bytesRead } = await file.read(Buffer.alloc(entry.size), 0, entry.size, entry.at);
  try {
    return JSON.parse(buffer.toString('utf8', 0, bytesRead));
  } catch {
    throw refused(path, `its ${name} is no JSON`);
  }
}

/**
 * Engines read keys without regard to case (`repotags` is RepoTags to them): what is not written as Docker writes it is refused,
 * rather than compared.
 * @see https://pkg.go.dev/encoding/json#Unmarshal
 */
function onlyKeys(object: unknown, known: readonly string[], file: string, path: string): void {
  const other = Object.keys(Object(object)).find((key) => !known.includes(key));
  if (other !== undefined) throw refused(path, `its ${file} has ${JSON.stringify(other.slice(0, 40))}`);
}

function checkIndex(index: unknown, path: string): void {
  onlyKeys(index, INDEX_KEYS, 'index.json', path);
  const { manifests } = Object(index) as { manifests?: unknown };
  for (const one of Array.isArray(manifests) ? manifests : []) onlyKeys(one, DESCRIPTOR_KEYS, 'index.json', path);
}

/** What engines with containerd's image store take for names. */
function namesIn(index: unknown): boolean {
  const manifests = Object(index).manifests;
  const all = Array.isArray(manifests) ? manifests : [];
  return [index, ...all].some((one) =>
    Object.keys(Object(Object(one).annotations)).some((key) => /(image|ref)\.name$/i.test(key)),
  );
}

function isEmpty(tags: unknown): boolean {
  return tags === null || tags === undefined || (Array.isArray(tags) && tags.length === 0);
}

function refused(path: string, why: string): UserError {
  return new UserError(`the archive ${path} is not loaded: ${why}`, {
    remedy: 'Make it with `docker save <image id>`, as workflows/pull-request.yml does.',
  });
}
