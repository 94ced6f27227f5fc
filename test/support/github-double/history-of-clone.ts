import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { Commit } from './world/types.ts';

/** The commits of a local clone, for `actor.addCommits`. */
export async function readHistory(folder: string): Promise<Commit[]> {
  const { stdout } = await promisify(execFile)('git', ['-C', folder, 'log', '--all', '--format=%H%x00%P%x00%s%x00%T']);
  return stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => {
      const [sha = '', parents = '', message = '', tree = ''] = line.split('\0');
      return { sha, parents: parents.split(' ').filter((parent) => parent !== ''), message, tree };
    });
}
