import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  renameSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { diskContext } from '../../../../src/adapters/context/build-context.ts';
import { unchangedFiles } from '../../../../src/adapters/context/git-index.ts';

let folder: string;
const git = (...args: string[]) => execFileSync('git', ['-C', folder, ...args], { encoding: 'utf8' });
const commit = () => {
  git('add', '--all');
  git('-c', 'user.name=a', '-c', 'user.email=a@example.com', 'commit', '--quiet', '--message=x');
};
const write = (path: string, text: string | Buffer) => {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), text);
};

let template: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'slipway-index-'));
  template = folder;
  write('Dockerfile', 'FROM scratch\n');
  write('.dockerignore', '.git\n');
  write('.gitignore', 'ignored\n');
  for (const name of ['a', 'b', 'sub/c', 'sub/d e', 'sub/ü']) write(name, `${name}\n`);
  symlinkSync('a', join(folder, 'link'));
  git('init', '--quiet', '--initial-branch=main');
  commit();
});
afterAll(() => rmSync(template, { recursive: true, force: true }));
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'slipway-index-'));
  cpSync(template, folder, { recursive: true, verbatimSymlinks: true });
  git('update-index', '--refresh');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const scan = (path = folder) => diskContext.scan(path, join(path, 'Dockerfile'));
const known = async () => [...(await unchangedFiles(folder)).keys()];

/** The digest of the same files where Git knows none of them. */
async function digestOfCopy(): Promise<string> {
  const copy = mkdtempSync(join(tmpdir(), 'slipway-copy-'));
  try {
    cpSync(folder, copy, { recursive: true, verbatimSymlinks: true, filter: (path) => !path.endsWith('/.git') });
    return (await scan(copy)).digest;
  } finally {
    rmSync(copy, { recursive: true, force: true });
  }
}

describe('the key of a context in a checkout', () => {
  it('takes the content of what did not change from the index of Git', async () => {
    expect((await known()).sort()).toEqual(
      ['.dockerignore', '.gitignore', 'Dockerfile', 'a', 'b', 'link', 'sub/c', 'sub/d e', 'sub/ü'].sort(),
    );
    expect((await scan()).digest).toBe(await digestOfCopy());
  });

  const changes: [string, () => void][] = [
    ['a changed file', () => write('a', 'other\n')],
    ['a new file', () => write('sub/new', 'n')],
    ['an ignored file', () => write('ignored', 'i')],
    ['a file that was only touched', () => utimesSync(join(folder, 'b'), 1, 1)],
    ['a file that became executable', () => chmodSync(join(folder, 'b'), 0o755)],
    ['a removed file', () => rmSync(join(folder, 'sub/c'))],
    ['a file that is to be added later', () => addedLater()],
    ['a file that changed below a removed folder', () => renamedFolder()],
    ['a file in place of a link', () => replaceLink()],
    ['a staged file that changed again', () => stagedTwice()],
    ['an empty folder', () => mkdirSync(join(folder, 'empty'))],
    ['a file that Git takes for unchanged', () => flagged('--assume-unchanged')],
    ['a file outside of a sparse checkout that is there', () => flagged('--skip-worktree')],
    ['line ends that Git converts', () => crlf('* text=auto\n')],
    ['an identifier that Git writes', () => identifier()],
    ['line ends that the configuration converts', () => autocrlf()],
    ['a configuration that trusts sizes alone', () => trustless()],
    ['a file of a repository inside', () => nested()],
    ['a folder in place of a file', () => folderForFile()],
  ];
  it.each(changes)('is that of the files on disk: %s', async (_, make) => {
    make();
    expect((await scan()).digest).toBe(await digestOfCopy());
  });

  it('is that of the files on disk below a folder of the checkout', async () => {
    write('sub/Dockerfile', 'FROM scratch\n');
    commit();
    write('sub/c', 'other\n');
    const inside = (await scan(join(folder, 'sub'))).digest;
    rmSync(join(folder, '.git'), { recursive: true });
    expect(inside).toBe((await scan(join(folder, 'sub'))).digest);
  });

  it('reads the pointers of Git LFS, which the index would hide', async () => {
    write('.gitattributes', '*.mp4 filter=lfs\n');
    write('film.mp4', 'version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 12345\n');
    commit();
    await expect(scan()).rejects.toThrow('a pointer of Git LFS in place of a file: film.mp4');
  });

  it('G11: reads what may hold a credential', async () => {
    write('key.json', '{"type": "service_account", "private_key": "x"}');
    commit();
    expect((await scan()).credentials).toEqual([{ path: 'key.json', what: 'a Google credentials file' }]);
  });

  /** Keeps size and modification time, in a later second. */
  function change(path: string, text: string): void {
    const at = new Date(1_700_000_000_000);
    utimesSync(join(folder, path), at, at);
    git('update-index', '--refresh');
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1_050);
    write(path, text);
    utimesSync(join(folder, path), at, at);
  }
  function replaceLink(): void {
    rmSync(join(folder, 'link'));
    write('link', 'a');
  }
  function stagedTwice(): void {
    write('a', 'staged\n');
    git('add', 'a');
    write('a', 'later!\n');
  }
  function addedLater(): void {
    write('sub/new', 'n');
    git('add', '--intent-to-add', 'sub/new');
  }
  function renamedFolder(): void {
    renameSync(join(folder, 'sub'), join(folder, 'other'));
    write('other/c', 'changed\n');
  }
  function flagged(flag: string): void {
    git('update-index', flag, 'a');
    write('a', 'hidden\n');
  }
  function crlf(attributes: string): void {
    write('.gitattributes', attributes);
    write('text', 'one\r\ntwo\r\n');
    commit();
  }
  function identifier(): void {
    write('.gitattributes', 'version ident\n');
    write('version', '$Id$\n');
    commit();
    rmSync(join(folder, 'version'));
    git('checkout', '--', 'version');
  }
  function autocrlf(): void {
    git('config', 'core.autocrlf', 'true');
    write('text', 'one\r\ntwo\r\n');
    commit();
  }
  function trustless(): void {
    git('config', 'core.trustctime', 'false');
    git('config', 'core.checkStat', 'minimal');
    change('a', 'A\n');
  }
  function nested(): void {
    write('lib/file', 'x');
    execFileSync('git', ['-C', join(folder, 'lib'), 'init', '--quiet']);
    rmSync(join(folder, 'lib/.git'), { recursive: true });
  }
  function folderForFile(): void {
    rmSync(join(folder, 'a'));
    write('a/inner', 'x');
  }
});
