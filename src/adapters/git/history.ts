import type { History } from '../../ports.ts';
import { git } from './git.ts';

/** The history of the checkout at a folder. A shallow checkout has at least the commit that it checked out. */
export function gitHistory(folder: string): History {
  return {
    async commitTime(sha) {
      // Only a full id: anything else could be read as an option or a range.
      if (!/^[0-9a-f]{40}([0-9a-f]{24})?$/.test(sha)) return undefined;
      const text = await git(folder, 'show', '--no-patch', '--format=%ct', sha, '--').catch(() => '');
      const seconds = Number(text);
      return Number.isInteger(seconds) && seconds > 0 ? seconds : undefined;
    },
  };
}
