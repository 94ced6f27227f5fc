import * as zlib from 'node:zlib';
import { type Package, packageOf } from './package.ts';
import { linesOf } from './text.ts';

/** Bytes of the manifest of an image; one with all of Ubuntu's packages has a tenth. */
const MOST = 256 * 1024 ** 2;

/**
 * What chisel writes into an image of Ubuntu without dpkg: lines of JSON, compressed with Zstandard.
 * @see https://documentation.ubuntu.com/chisel/en/latest/reference/manifest/
 */
export function readChisel(file: Buffer): Package[] {
  const { zstdDecompressSync: unpack } = zlib as {
    zstdDecompressSync?: (file: Buffer, options: { maxOutputLength: number }) => Buffer;
  };
  if (unpack === undefined)
    throw new Error(`it is compressed with Zstandard, which Node ${process.versions.node} cannot read`);
  return linesOf(unpack(file, { maxOutputLength: MOST }).toString('utf8')).flatMap((line) => {
    if (!line.startsWith('{"kind":"package"')) return [];
    const { name, version, arch } = JSON.parse(line) as Record<string, unknown>;
    return packageOf('deb', name, version, { architecture: typeof arch === 'string' ? arch : undefined });
  });
}
