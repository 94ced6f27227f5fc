import { readFile } from 'node:fs/promises';
import { run } from './run.ts';

/** The mount points below these folders, the innermost first, as `/proc/self/mountinfo` has them. */
export function mountsBelow(mountinfo: string, folders: string[]): string[] {
  return mountinfo
    .split('\n')
    .map((line) => unescaped(line.split(' ')[4] ?? ''))
    .filter((point) => folders.some((folder) => point === folder || point.startsWith(`${folder}/`)))
    .reverse();
}

/** Blanks stand as octal numbers. */
const unescaped = (path: string): string =>
  path.replace(/\\(\d{3})/g, (_, code: string) => String.fromCharCode(Number.parseInt(code, 8)));

/** Unmounts everything below these folders; what is in use is detached. */
export async function unmountBelow(folders: string[]): Promise<void> {
  for (const point of mountsBelow(await readFile('/proc/self/mountinfo', 'utf8'), folders)) {
    await run('umount', ['--lazy', point]);
  }
  const left = mountsBelow(await readFile('/proc/self/mountinfo', 'utf8'), folders);
  if (left.length > 0) throw new Error(`still mounted: ${left.join(', ')}`);
}
