import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync } from 'node:fs';
import type { UsedStep } from './job-state.ts';

/**
 * In place of actions/checkout: puts a ref of a local repository into the workspace, which is emptied before, and leaves no
 * credential in it. The default ref is that of the event.
 */
export function checkoutFrom(repository: string) {
  return async ({ inputs, folders, github }: UsedStep): Promise<Record<string, string>> => {
    const { workspace } = folders;
    rmSync(workspace, { recursive: true, force: true });
    mkdirSync(workspace, { recursive: true });
    const git = (...args: string[]) => execFileSync('git', args, { cwd: workspace, encoding: 'utf8' }).trim();
    git('init', '--quiet');
    git('remote', 'add', 'origin', repository);
    const ref = inputs.ref || String(github.sha);
    git('fetch', '--quiet', '--depth=1', 'origin', '--', ref);
    git('checkout', '--quiet', '--detach', 'FETCH_HEAD');
    return { commit: git('rev-parse', 'HEAD'), ref };
  };
}
