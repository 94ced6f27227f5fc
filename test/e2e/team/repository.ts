import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { scratchFolder } from '../../support/runner/scratch.ts';

const example = fileURLToPath(new URL('../../../examples/parking', import.meta.url));

/** Edits of a file: what stands there, what is to stand there. */
type Edits = [from: string, to: string][];

/** A team's repository: a bare one that workflows check out from, and a clone in which a developer works. */
export class Repository {
  readonly origin: string;
  readonly clone: string;

  /** The example, with an app, an image and namespaces of its own, so that tests do not meet. */
  constructor(edits: Edits) {
    const base = scratchFolder();
    this.origin = join(base, 'origin.git');
    this.clone = join(base, 'clone');
    mkdirSync(this.clone);
    cpSync(example, this.clone, { recursive: true });
    this.edit('slipway.yml', edits);
    this.git(base, 'init', '--quiet', '--bare', '--', this.origin);
    this.git(this.clone, 'init', '--quiet', '--initial-branch=main');
    this.git(this.clone, 'remote', 'add', 'origin', this.origin);
    this.commit('The parking service');
    this.push('main');
  }

  edit(file: string, edits: Edits): void {
    const path = join(this.clone, file);
    const text = edits.reduce(
      (whole, [from, to]) => {
        if (!whole.includes(from)) throw new Error(`${file} does not hold: ${from}`);
        return whole.replaceAll(from, to);
      },
      readFileSync(path, 'utf8'),
    );
    writeFileSync(path, text);
  }

  /** Commits all changes; answers the commit's id. */
  commit(message: string): string {
    this.git(this.clone, 'add', '--all');
    this.git(this.clone, 'commit', '--quiet', '--message', message);
    return this.git(this.clone, 'rev-parse', 'HEAD');
  }

  /** Pushes what is checked out, to a branch or to any other ref, such as GitHub's refs/pull/1/head. */
  push(...refs: string[]): void {
    const full = refs.map((ref) => `HEAD:${ref.startsWith('refs/') ? ref : `refs/heads/${ref}`}`);
    this.git(this.clone, 'push', '--quiet', '--force', 'origin', ...full);
  }

  private git(cwd: string, ...args: string[]): string {
    const identity = [
      '-c',
      'user.name=A developer',
      '-c',
      'user.email=developer@example.org',
      '-c',
      'commit.gpgsign=false',
    ];
    return execFileSync('git', [...identity, ...args], { cwd, encoding: 'utf8' }).trim();
  }
}
