import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { diskContext } from '../../../../src/adapters/context/build-context.ts';
import { UserError } from '../../../../src/errors.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'slipway-context-'));
  write('Dockerfile', 'FROM scratch\n');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function write(path: string, text: string): void {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), text);
}
const scan = (dockerfile = 'Dockerfile') => diskContext.scan(folder, join(folder, dockerfile));
const digest = async () => (await scan()).digest;

describe('the digest of a context', () => {
  it('changes with content, name, mode and target of a link, and with nothing else', async () => {
    write('a/b.txt', '1');
    symlinkSync('b.txt', join(folder, 'a/link'));
    const before = await digest();
    write('a/b.txt', '1');
    expect(await digest()).toBe(before);
    const seen = new Set([before]);
    for (const change of [
      () => write('a/b.txt', '2'),
      () => chmodSync(join(folder, 'a/b.txt'), 0o755),
      () => write('a/c.txt', ''),
      () => mkdirSync(join(folder, 'empty')),
      () => {
        rmSync(join(folder, 'a/link'));
        symlinkSync('c.txt', join(folder, 'a/link'));
      },
    ]) {
      change();
      const now = await digest();
      expect(seen.has(now)).toBe(false);
      seen.add(now);
    }
  });

  it('does not change with the umask of the checkout, nor with the time', async () => {
    write('a/b.txt', '1');
    write('a/run.sh', '1');
    const before = new Set<string>();
    for (const umask of [0o022, 0o002, 0o077, 0o027, 0]) {
      for (const path of ['Dockerfile', 'a/b.txt']) chmodSync(join(folder, path), 0o666 & ~umask);
      for (const path of ['a', 'a/run.sh']) chmodSync(join(folder, path), 0o777 & ~umask);
      utimesSync(join(folder, 'a/b.txt'), umask, 1);
      before.add(await digest());
    }
    expect(before.size).toBe(1);
  });

  it('changes with permissions that something else gave, because COPY keeps them', async () => {
    for (const path of ['a/b.txt', 'a/c.txt', 'a/d.txt', 'a/run.sh', 'a/other.sh']) write(path, '1');
    for (const path of ['a/run.sh', 'a/other.sh']) chmodSync(join(folder, path), 0o755);
    const seen = new Set([await digest()]);
    const own: [string, number][] = [
      ['a/b.txt', 0o600],
      ['a/b.txt', 0o400],
      ['a/b.txt', 0o666],
      ['a/b.txt', 0o654],
      ['a/run.sh', 0o700],
      ['a/run.sh', 0o754],
      ['a/run.sh', 0o4755],
      ['a', 0o700],
      ['a', 0o1755],
    ];
    for (const [path, mode] of own) {
      chmodSync(join(folder, path), mode);
      seen.add(await digest());
      chmodSync(join(folder, path), path === 'a/b.txt' ? 0o644 : 0o755);
    }
    expect(seen.size).toBe(own.length + 1);
  });

  it('leaves out what .dockerignore leaves out, and keeps what it brings back', async () => {
    write('.dockerignore', '# all but one\nlogs\n*.tmp\n!keep.tmp\n**/cache\nnode_modules\n!node_modules/mine\n');
    write('keep.tmp', 'k');
    const before = await digest();
    write('logs/a', 'x');
    write('x.tmp', 'x');
    write('deep/er/cache/y', 'x');
    write('node_modules/theirs/z', 'x');
    rmSync(join(folder, 'deep'), { recursive: true });
    expect(await digest()).toBe(before);
    write('node_modules/mine/z', 'x');
    expect(await digest()).not.toBe(before);
  });

  it('takes the ignore file of the Dockerfile before that of the context', async () => {
    write('web.Dockerfile', 'FROM scratch\n');
    write('.dockerignore', 'a\n');
    write('web.Dockerfile.dockerignore', 'b\n');
    write('a', 'x');
    write('b', 'x');
    const before = (await scan('web.Dockerfile')).digest;
    write('b', 'y');
    expect((await scan('web.Dockerfile')).digest).toBe(before);
    write('a', 'y');
    expect((await scan('web.Dockerfile')).digest).not.toBe(before);
  });
});

describe('what is not checked out', () => {
  it('is a pointer of Git LFS: refused by its path', async () => {
    write('media/film.mp4', 'version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 12345\n');
    await expect(scan()).rejects.toMatchObject({
      message: 'the build context holds a pointer of Git LFS in place of a file: media/film.mp4',
      remedy: expect.stringContaining('`lfs: true`'),
    });
    write('.dockerignore', 'media\n');
    await scan();
  });

  it('is an empty submodule: refused by its path', async () => {
    write('.git/HEAD', 'ref: refs/heads/main\n');
    write('.gitmodules', '[submodule "lib"]\n\tpath = vendor/lib\n\turl = ../lib\n');
    mkdirSync(join(folder, 'vendor/lib'), { recursive: true });
    await expect(scan()).rejects.toMatchObject({
      message: 'the build context holds a submodule that is not checked out: vendor/lib',
      remedy: expect.stringContaining('`submodules: true`'),
    });
    write('vendor/lib/file', '');
    await scan();
  });
});

describe('G11: credentials in a context', () => {
  const found = async (path: string, text: string) => {
    write(path, text);
    return (await scan()).credentials.map((credential) => credential.path);
  };

  it.each([
    ['gha-creds-0123456789abcdef.json', '{}'],
    ['deep/key.json', '{"type": "service_account", "private_key": "x"}'],
    ['wif.json', '{"type":"external_account","credential_source":{"file":"x"}}'],
    ['.kube/config', 'kind: Config\nusers:\n- name: a\n  user: { token: abc }\n'],
    ['ci/kubeconfig-staging', 'apiVersion: v1\nkind: Config\nusers:\n- user:\n    client-key-data: abc\n'],
    ['cluster.yaml', 'kind: Config\nusers: [{ user: { exec: { command: x } } }]\n'],
    ['.git/config', '[http "https://github.com/"]\n\textraheader = AUTHORIZATION: basic eDp5\n'],
    ['.git/modules/sub/config', '[remote "origin"]\n\turl = https://x-access-token:abc@github.com/a/b\n'],
    ['.docker/config.json', '{"auths":{"ghcr.io":{"auth":"eDp5"}}}'],
    ['.npmrc', '//npm.example.com/:_authToken=npm_abc\n'],
    ['.netrc', 'machine x login y password z\n'],
  ])('%s', async (path, text) => expect(await found(path, text)).toEqual([path]));

  it.each([
    ['package.json', '{"name":"x","type":"module"}'],
    ['config.yaml', 'kind: Config\nname: x\n'],
    ['.git/config', '[remote "origin"]\n\turl = https://github.com/a/b\n'],
    ['.docker/config.json', '{"auths":{}}'],
    // biome-ignore lint/suspicious/noTemplateCurlyInString: npm's own syntax for a variable
    ['.npmrc', '//npm.example.com/:_authToken=${NPM_TOKEN}\n'],
    ['docs/service_account.json', '{"about": "service_account"}'],
  ])('not %s that holds none', async (path, text) => expect(await found(path, text)).toEqual([]));

  it('is none of our business where .dockerignore leaves it out', async () => {
    write('.dockerignore', 'gha-creds-*.json\n.git\n');
    write('.git/config', 'extraheader = AUTHORIZATION: basic x');
    expect(await found('gha-creds-0123456789abcdef.json', '{}')).toEqual([]);
  });
});

describe('bad input', () => {
  it('no Dockerfile: names the nearest one', async () => {
    rmSync(join(folder, 'Dockerfile'));
    write('docker/web.Dockerfile', 'FROM scratch\n');
    await expect(scan()).rejects.toBeInstanceOf(UserError);
    await expect(scan()).rejects.toMatchObject({ remedy: expect.stringContaining('docker/web.Dockerfile') });
  });

  it('no folder', async () => {
    await expect(diskContext.scan(join(folder, 'nosuch'), join(folder, 'Dockerfile'))).rejects.toThrow(
      'is not a folder',
    );
  });
});
