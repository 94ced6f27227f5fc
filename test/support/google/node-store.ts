import { containerdSocket } from '../../../local/paths.ts';
import { collect } from './collect.ts';

const ctr = (...args: string[]) =>
  collect(['ctr', '--address', containerdSocket, '--namespace', 'k8s.io', ...args], { PATH: process.env.PATH });

/**
 * Gives the node an image under Artifact Registry's name, as if it had pulled it: the node of the local platform knows
 * nothing of Google, so its own pull from *.pkg.dev (with the node's service account) is not played.
 * @returns takes it away again
 */
export async function giveToNode(from: string, name: string): Promise<() => Promise<void>> {
  for (const args of [
    ['images', 'pull', '--plain-http', from],
    ['images', 'tag', '--force', from, name],
  ]) {
    const { code, output } = await ctr(...args);
    if (code !== 0) throw new Error(`ctr ${args.join(' ')}: ${output}`);
  }
  return async () => {
    await ctr('images', 'rm', from, name);
  };
}
