import { type Package, packageOf } from '../package.ts';

/** @see https://rpm.org/docs/latest/manual/format_header.html */
const TAGS = { name: 1000, version: 1001, release: 1002, epoch: 1003, architecture: 1022 } as const;
const INT32 = 4;
const STRING = 6;
const PREFIX = 8;
const ENTRY = 16;

/** The value of a tag. */
type Values = Map<number, string | number>;

/**
 * The package of a header, as the databases of RPM hold it: an index whose entries are a tag, a type, an offset and a count, and
 * the values behind it. Undefined for a key that RPM keeps as a package.
 * @throws Error for a header that is broken
 */
export function packageOfHeader(header: Buffer): Package | undefined {
  const values = valuesOf(header);
  const name = values.get(TAGS.name);
  if (name === 'gpg-pubkey') return undefined;
  const version = values.get(TAGS.version);
  const release = values.get(TAGS.release);
  const [architecture, epoch] = [values.get(TAGS.architecture), values.get(TAGS.epoch)];
  const [found] = packageOf('rpm', name, release === undefined ? version : `${version}-${release}`, {
    architecture: typeof architecture === 'string' ? architecture : undefined,
    epoch: typeof epoch === 'number' ? epoch : undefined,
  });
  if (found === undefined || version === undefined) throw new Error('a package has no valid name or version');
  return found;
}

function valuesOf(header: Buffer): Values {
  const data = PREFIX + header.readUInt32BE(0) * ENTRY;
  if (data > header.length) throw new Error('a header is cut off');
  const wanted = new Set<number>(Object.values(TAGS));
  const values: Values = new Map();
  for (let at = PREFIX; at < data; at += ENTRY) {
    const tag = header.readUInt32BE(at);
    if (!wanted.has(tag)) continue;
    const type = header.readUInt32BE(at + 4);
    const start = data + header.readUInt32BE(at + 8);
    if (type === INT32) values.set(tag, header.readUInt32BE(start));
    else if (type === STRING) values.set(tag, header.toString('utf8', start, endOf(header, start)));
  }
  return values;
}

function endOf(header: Buffer, start: number): number {
  const end = header.indexOf(0, start);
  if (end < 0) throw new Error('a text has no end');
  return end;
}
