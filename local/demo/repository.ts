import { cp, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Platform } from '../platform.ts';
import { program } from './program.ts';

const AUTHOR = {
  GIT_AUTHOR_NAME: 'demo',
  GIT_AUTHOR_EMAIL: 'demo@example.invalid',
  GIT_COMMITTER_NAME: 'demo',
  GIT_COMMITTER_EMAIL: 'demo@example.invalid',
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_CONFIG_SYSTEM: '/dev/null',
};

/** The git repository of the application that is deployed: a working copy with real commits and merges. */
export class Repository {
  readonly folder: string;

  constructor(folder: string) {
    this.folder = folder;
  }

  /**
   * A new repository with the example in its first commit on main: the registry, the ports and the base images, by digest, are
   * those of the platform.
   * @param about message of that commit
   */
  static async create(
    folder: string,
    example: string,
    platform: Platform,
    about = 'First version',
  ): Promise<Repository> {
    await rm(folder, { recursive: true, force: true });
    await mkdir(folder, { recursive: true });
    await cp(example, folder, { recursive: true });
    const repository = new Repository(folder);
    for (const file of await readdir(folder, { recursive: true })) {
      if (/(^|\/)Dockerfile$/.test(file)) await repository.rewrite(file, (text) => withBaseImages(text, platform));
      if (/\.ya?ml$/.test(file)) await repository.rewrite(file, (text) => withPlatform(text, platform));
    }
    await repository.git('init', '--quiet', '--initial-branch=main');
    await repository.commit(about);
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

  /** Edits a file and commits it; resolves to the full commit id. */
  async change({
    message,
    file,
    edit,
  }: {
    message: string;
    file: string;
    edit(text: string): string;
  }): Promise<string> {
    await this.edit(file, edit);
    return this.commit(message);
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
    if (!(await this.rewrite(file, change))) throw new Error(`the demo's edit of ${file} changed nothing`);
  }

  /** Resolves to whether the text has changed. */
  private async rewrite(file: string, change: (text: string) => string): Promise<boolean> {
    const path = join(this.folder, file);
    const before = await readFile(path, 'utf8');
    const after = change(before);
    if (after !== before) await writeFile(path, after);
    return after !== before;
  }
}

/** The registry and the ingress of the platform in a file of configuration. */
export function withPlatform(text: string, { registry, ingress }: Platform): string {
  return text
    .replaceAll('localhost:5000', registry)
    .replace(/^ingress: .*$/m, `ingress: { port: ${ingress.port}, class: ${ingress.className} }`);
}

/** The base is pinned: the digest that the platform built, in place of the tag. */
export function withBaseImages(dockerfile: string, { baseImages }: Platform): string {
  return dockerfile.replace(/^ARG BASE_IMAGE=\S+?\/(library\/[a-z]+):\S+$/m, (line, name: string) => {
    const reference = Object.values(baseImages).find((one) => one.includes(`/${name}@`));
    return reference === undefined ? line : `ARG BASE_IMAGE=${reference}`;
  });
}
