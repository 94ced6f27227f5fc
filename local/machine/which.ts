import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

/** System programs are not in every user's PATH. */
const alsoIn = ['/usr/local/sbin', '/usr/sbin', '/sbin'];

/** Where in PATH a program is; undefined where it is not. */
export function which(program: string): string | undefined {
  const folders = [...(process.env.PATH ?? '').split(delimiter), ...alsoIn];
  return folders.map((folder) => join(folder, program)).find(isExecutable);
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
