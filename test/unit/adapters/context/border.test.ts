import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { diskContext } from '../../../../src/adapters/context/build-context.ts';
import { UserError } from '../../../../src/errors.ts';
import type { Border } from '../../../../src/ports.ts';

let folder: string;
let border: Border;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'slipway-border-'));
  border = { workingDirectory: join(folder, 'app'), workspace: undefined };
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function write(path: string, text: string): void {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), text);
}

describe('a named context', () => {
  const named = (path: string) =>
    diskContext.scanNamed({ path: join(folder, path), key: 'image.contexts.shared' }, border);
  beforeEach(() => {
    mkdirSync(join(folder, '.git'));
    write('app/Dockerfile', 'FROM scratch\n');
    write('shared/a.txt', '1');
  });

  it('is a folder of the checkout, without what its own .dockerignore excludes', async () => {
    const before = await named('shared');
    expect(before).toMatchObject({ folder: realpathSync(join(folder, 'shared')), files: 1 });
    write('app/Dockerfile.dockerignore', '*');
    write('shared/.dockerignore', '*.log');
    write('shared/b.log', '1');
    const ignoring = await named('shared');
    expect(ignoring.files).toBe(2);
    write('shared/a.txt', '2');
    expect(new Set([before.digest, ignoring.digest, (await named('shared')).digest]).size).toBe(3);
  });

  it('has what must not be in a context', async () => {
    write('shared/gha-creds-1.json', '{}');
    expect((await named('shared')).credentials).toMatchObject([{ path: 'gha-creds-1.json' }]);
    write('shared/pointer', 'version https://git-lfs.github.com/spec/v1\noid sha256:1\n');
    await expect(named('shared')).rejects.toThrow('image.contexts.shared holds a pointer of Git LFS');
  });

  it.each([
    ['a folder above', '..', 'leads out of the repository'],
    ['a link to a folder of the runner', 'out', 'leads out of the repository'],
    ['a folder behind such a link', 'out/inner', 'leads out of the repository'],
    ['the history', '.git', 'leads into .git'],
    ['a link to it', 'history', 'leads into .git'],
    ['a file', 'app/Dockerfile', 'is not a folder'],
    ['nothing', 'absent', 'is not a folder'],
  ])('is not %s', async (_what, path, problem) => {
    const runner = mkdtempSync(`${folder}-runner-`);
    try {
      mkdirSync(join(runner, 'inner'));
      symlinkSync(runner, join(folder, 'out'));
      symlinkSync('.git', join(folder, 'history'));
      await expect(named(path)).rejects.toThrow(UserError);
      await expect(named(path)).rejects.toThrow(problem);
    } finally {
      rmSync(runner, { recursive: true, force: true });
    }
  });

  it('is not a sibling whose name begins as that of the checkout', async () => {
    const sibling = mkdtempSync(`${folder}-sibling-`);
    try {
      await expect(named(relative(folder, sibling))).rejects.toThrow('leads out of the repository');
    } finally {
      rmSync(sibling, { recursive: true, force: true });
    }
  });

  it('lies in the workspace of the job where there is no Git, otherwise below the working directory', async () => {
    rmSync(join(folder, '.git'), { recursive: true });
    await expect(named('shared')).rejects.toThrow('leads out of the repository');
    border.workspace = folder;
    expect(await named('shared')).toMatchObject({ files: 1 });
    await expect(named('..')).rejects.toThrow('leads out of the repository');
    border.workspace = join(folder, 'shared');
    await expect(named('shared')).rejects.toThrow('leads out of the repository');
    write('app/shared/a.txt', '1');
    expect(await named('app/shared')).toMatchObject({ files: 1 });
  });
});

describe('a path of a build', () => {
  const key = 'image.dockerfile';
  const inside = (path: string, byWorkflow = false) =>
    diskContext.requireInside({ path: join(folder, path), key, byWorkflow }, border);
  let runner: string;
  beforeEach(() => {
    runner = mkdtempSync(`${folder}-runner-`);
    mkdirSync(join(folder, '.git'));
    write('app/Dockerfile', 'FROM scratch\n');
    writeFileSync(join(runner, 'secret'), '');
    symlinkSync(join(runner, 'secret'), join(folder, 'app/linked'));
    symlinkSync('Dockerfile', join(folder, 'app/own-link'));
  });
  afterEach(() => rmSync(runner, { recursive: true, force: true }));

  it('lies in the checkout, also by a link, or does not exist', async () => {
    for (const path of ['.', 'app', 'app/Dockerfile', 'app/own-link', 'app/absent', '../absent'])
      await expect(inside(path)).resolves.toBeUndefined();
  });

  it('lies in a checkout that a link leads to', async () => {
    const link = join(runner, 'checkout');
    symlinkSync(folder, link);
    border.workingDirectory = join(link, 'app');
    const path = join(link, 'app/Dockerfile');
    await expect(diskContext.requireInside({ path, key }, border)).resolves.toBeUndefined();
  });

  it('G11: leads to no file of the runner, not even by a link that the workflow names', async () => {
    const elsewhere = relative(folder, join(runner, 'secret'));
    for (const [path, byWorkflow] of [[elsewhere], ['app/linked'], ['app/linked', true]] as const) {
      const refused = inside(path, byWorkflow);
      await expect(refused).rejects.toThrow(UserError);
      await expect(refused).rejects.toThrow('leads out of the repository');
    }
    for (const path of ['.git/config', 'app/module/.git/config']) {
      write(path, '');
      await expect(inside(path, true)).rejects.toThrow('leads into .git');
    }
  });

  it('is elsewhere where the workflow says so', async () => {
    await expect(inside(relative(folder, join(runner, 'secret')), true)).resolves.toBeUndefined();
  });
});
