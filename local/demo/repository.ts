import { cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Platform } from '../platform.ts';
import { program } from './program.ts';

const AUTHOR = {
  GIT_AUTHOR_NAME: 'demo',
  GIT_AUTHOR_EMAIL: 'demo@parking.invalid',
  GIT_COMMITTER_NAME: 'demo',
  GIT_COMMITTER_EMAIL: 'demo@parking.invalid',
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_CONFIG_SYSTEM: '/dev/null',
};

/** The git repository of the application that is deployed: a working copy with real commits and merges. */
export class Repository {
  readonly folder: string;

  constructor(folder: string) {
    this.folder = folder;
  }

  /** A new repository with the example in its first commit on main, its registry and ports those of the platform. */
  static async create(folder: string, example: string, platform: Platform): Promise<Repository> {
    await rm(folder, { recursive: true, force: true });
    await mkdir(folder, { recursive: true });
    await cp(example, folder, { recursive: true });
    const repository = new Repository(folder);
    await repository.edit('slipway.yml', (text) =>
      text
        .replaceAll('localhost:5000', platform.registry)
        .replace(/^ingress: .*$/m, `ingress: { port: ${platform.ingress.port}, class: ${platform.ingress.className} }`),
    );
    // The base is pinned: the digest that the platform built, in place of the tag.
    await repository.edit('Dockerfile', (text) =>
      text.replace(/^ARG BASE_IMAGE=.*$/m, `ARG BASE_IMAGE=${platform.baseImages.python}`),
    );
    await repository.git('init', '--quiet', '--initial-branch=main');
    await repository.commit('Parking: lots, spaces and bookings');
    return repository;
  }

  git(...args: string[]): Promise<string> {
    return program('git', args, { cwd: this.folder, env: AUTHOR });
  }

  /** Commits everything; resolves to the full commit id. */
  async commit(message: string): Promise<string> {
    await this.git('add', '--all');
    await this.git('commit', '--quiet', '--message', message);
    return this.head();
  }

  async head(): Promise<string> {
    return (await this.git('rev-parse', 'HEAD')).trim();
  }

  /** A branch from main, checked out. */
  async branch(name: string): Promise<void> {
    await this.git('switch', '--quiet', '--create', name, 'main');
  }

  /** Merges a branch into main as GitHub's button does: with a merge commit. */
  async merge(branch: string, message: string): Promise<string> {
    await this.git('switch', '--quiet', 'main');
    await this.git('merge', '--quiet', '--no-ff', '--message', message, branch);
    return this.head();
  }

  /** A file of the working copy. */
  read(file: string): Promise<string> {
    return readFile(join(this.folder, file), 'utf8');
  }

  /** Changes a file; an edit that changes nothing is a mistake in the demo and is told. */
  async edit(file: string, change: (text: string) => string): Promise<void> {
    const path = join(this.folder, file);
    const before = await readFile(path, 'utf8');
    const after = change(before);
    if (after === before) throw new Error(`the demo's edit of ${file} changed nothing`);
    await writeFile(path, after);
  }
}
