import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readRepository } from '../../../../src/adapters/repository/read-repository.ts';
import { writeNew } from '../../../../src/adapters/repository/write-new.ts';

let top: string;
let folder: string;
beforeEach(() => {
  top = mkdtempSync(join(tmpdir(), 'slipway-init-'));
  folder = join(top, 'app');
  put('Dockerfile', 'FROM scratch\n');
});
afterEach(() => rmSync(top, { recursive: true }));

function put(path: string, text: string | Buffer) {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), text);
}
const BOUNDS = { paths: 100, files: 100, bytesOfFile: 100, bytes: 1000, isRead: () => true };

describe('readRepository', () => {
  it('reads regular files, and follows no links', async () => {
    writeFileSync(join(top, 'secret'), 'secret');
    symlinkSync(join(top, 'secret'), join(folder, 'link'));
    mkdirSync(join(top, 'outside'));
    writeFileSync(join(top, 'outside/file'), 'secret');
    symlinkSync(join(top, 'outside'), join(folder, 'folder'));
    put('a/b.txt', 'b');
    put('binary', Buffer.from([1, 0, 2]));
    const read = await readRepository(folder, BOUNDS);
    expect(read.paths).toEqual(['Dockerfile', 'a/b.txt', 'binary']);
    expect(read.text('a/b.txt')).toBe('b');
    expect(['link', 'folder/file', 'binary', 'none'].map((path) => read.text(path))).toEqual(Array(4).fill(undefined));
  });

  it('reads no file that git lists in a folder that has become a link', async () => {
    put('folder/file', 'own');
    execFileSync('git', ['-C', folder, 'init', '--quiet']);
    execFileSync('git', ['-C', folder, 'add', '--all']);
    expect((await readRepository(folder, BOUNDS)).text('folder/file')).toBe('own');
    rmSync(join(folder, 'folder'), { recursive: true });
    mkdirSync(join(top, 'outside'));
    writeFileSync(join(top, 'outside/file'), 'secret');
    symlinkSync(join(top, 'outside'), join(folder, 'folder'));
    expect((await readRepository(folder, BOUNDS)).text('folder/file')).toBeUndefined();
  });

  it('keeps to its bounds, and says that there is more', async () => {
    put('large', 'x'.repeat(101));
    put('z1', 'x'.repeat(60));
    put('z2', 'x'.repeat(60));
    const read = await readRepository(folder, { ...BOUNDS, bytes: 80 });
    expect(read.text('large')).toBeUndefined();
    expect(read.text('z1')).toBeDefined();
    expect(read.text('z2')).toBeUndefined();
    expect(read.leftOut).toContain('1 files were not read');
    expect((await readRepository(folder, { ...BOUNDS, paths: 2 })).paths).toEqual(['Dockerfile', 'large']);
  });

  it('knows the default branch, also on another one and of a remote that was added by hand', async () => {
    const git = (...args: string[]) =>
      execFileSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@example.invalid', ...args], { cwd: folder });
    const read = async () => {
      const { branch, head } = await readRepository(folder, BOUNDS);
      return { branch, head };
    };
    git('init', '--quiet', '--initial-branch=trunk');
    git('commit', '--quiet', '--allow-empty', '--message', 'a');
    expect(await read()).toEqual({ branch: 'trunk', head: 'trunk' });
    git('switch', '--quiet', '--create', 'master');
    git('switch', '--quiet', '--create', 'slipway');
    expect(await read()).toEqual({ branch: 'master', head: 'slipway' });
    git('update-ref', 'refs/remotes/origin/main', 'HEAD');
    expect(await read()).toEqual({ branch: 'main', head: 'slipway' });
    git('symbolic-ref', 'refs/remotes/origin/HEAD', 'refs/remotes/origin/trunk');
    expect(await read()).toEqual({ branch: 'trunk', head: 'slipway' });
    git('switch', '--quiet', '--detach');
    expect(await read()).toEqual({ branch: 'trunk', head: undefined });
  });

  it('refuses what is no folder', async () => {
    await expect(readRepository(join(folder, 'Dockerfile'), BOUNDS)).rejects.toThrow('is not a folder');
  });
});

describe('writeNew', () => {
  it('writes what is not there, and changes nothing that is', async () => {
    expect(await writeNew(folder, '.github/workflows/main.yml', 'a')).toBe('written');
    expect(await writeNew(folder, '.github/workflows/main.yml', 'a')).toBe('unchanged');
    expect(await writeNew(folder, '.github/workflows/main.yml', 'b')).toBe('kept');
    expect(readFileSync(join(folder, '.github/workflows/main.yml'), 'utf8')).toBe('a');
  });

  it('writes through no link that leads out, and makes no folder there', async () => {
    mkdirSync(join(top, 'outside'));
    symlinkSync(join(top, 'outside'), join(folder, '.github'));
    await expect(writeNew(folder, '.github/workflows/main.yml', 'a')).rejects.toThrow('leads out of');
    symlinkSync(join(top, 'new'), join(folder, 'slipway.yml'));
    expect(await writeNew(folder, 'slipway.yml', 'a')).toBe('kept');
    expect(() => readFileSync(join(top, 'new'))).toThrow();
    expect(() => readFileSync(join(top, 'outside/workflows/main.yml'))).toThrow();
  });
});
