import type { ReadEntry } from 'tar';

/** At least so many first bytes of an entry, if it has them, and an iterator over those that follow. */
export async function firstBytes(entry: ReadEntry, least = 4): Promise<[Buffer, AsyncIterator<Buffer>]> {
  const chunks = entry[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
  let first = Buffer.alloc(0);
  while (first.length < least) {
    const next = await chunks.next();
    if (next.done) break;
    first = Buffer.concat([first, next.value]);
  }
  return [first, chunks];
}

export async function* joined(first: Buffer, rest: AsyncIterator<Buffer>): AsyncGenerator<Buffer> {
  yield first;
  for (let next = await rest.next(); !next.done; next = await rest.next()) yield next.value;
}
