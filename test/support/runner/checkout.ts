import { execFileSync } from 'node:child_process';
import { appendFileSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
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
    const git = (...args: string[]) => execFileSync('git', args, { cwd: workspace });
    const own = (file: string) => join(workspace, '.git', file);
    git('init', '--quiet', '--template=');
    appendFileSync(own('config'), remote(repository));
    const ref = inputs.ref || String(github.sha);
    git('fetch', '--quiet', '--depth=1', '--no-auto-maintenance', 'origin', '--', ref);
    git('checkout', '--quiet', '--detach', 'FETCH_HEAD');
    // Detached: the file holds the commit.
    return { commit: readFileSync(own('HEAD'), 'utf8').trim(), ref };
  };
}

/** As `git remote add origin` writes it: a program less to start for each of the tests' many checkouts. */
function remote(repository: string): string {
  return `[remote "origin"]\n\turl = ${repository}\n\tfetch = +refs/heads/*:refs/remotes/origin/*\n`;
}
