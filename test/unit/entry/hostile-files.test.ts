import { execFileSync } from 'node:child_process';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { headOf, readCheckout, rootOf } from '../../../src/adapters/git/checkout.ts';
import { writeNew } from '../../../src/adapters/repository/write-new.ts';
import { loadConfig } from '../../../src/config/load.ts';
import { regularText } from '../../../src/config/regular-text.ts';
import { readConfigFile, readWorkflows, textIn } from '../../../src/entry/doctor/repository.ts';
import { scratchFolder } from '../../support/runner/scratch.ts';

let folder: string;
beforeEach(() => {
  folder = scratchFolder();
});

/** Each level has the one before ten times; the last is `z`. */
function nestedAliases(levels: number): string {
  const names = ['a', ...Array.from({ length: levels - 2 }, (_, level) => `l${level}`), 'z'];
  return names
    .slice(1)
    .map((name, at) => `${name}: &${name} [${Array(10).fill(`*${names[at]}`).join(', ')}]\n`)
    .join('');
}

/** What a repository can have in place of a file: a name → how it is made. */
const NO_FILES: [string, (path: string) => void][] = [
  ['a folder', (path) => void mkdirSync(path)],
  ['a pipe', (path) => void execFileSync('mkfifo', [path])],
  ['a link to a device without end', (path) => symlinkSync('/dev/zero', path)],
  ['a link to itself', (path) => symlinkSync(path, path)],
  ['a link to nothing', (path) => symlinkSync('nowhere', path)],
];

describe('SEC-31: in place of a file there is', () => {
  it.each(NO_FILES)('%s: slipway.yml is refused', (_what, make) => {
    make(join(folder, 'slipway.yml'));
    expect(() => loadConfig(folder)).toThrow(/slipway\.yml (cannot be read: it is no regular file|was not found in)/);
    expect(readConfigFile(folder, 'slipway.yml').config).toBeUndefined();
  });

  it.each(NO_FILES)('%s: doctor leaves the workflow out, and reads the others', (_what, make) => {
    const workflows = join(folder, '.github', 'workflows');
    mkdirSync(workflows, { recursive: true });
    make(join(workflows, 'a.yml'));
    writeFileSync(join(workflows, 'b.yml'), 'on: push\n');
    writeFileSync(join(workflows, 'large.yml'), `# ${'x'.repeat(1024 * 1024)}\n`);
    expect(readWorkflows(folder)).toEqual([{ path: '.github/workflows/b.yml', content: { on: 'push' } }]);
    make(join(folder, '.dockerignore'));
    expect(textIn(folder, '.dockerignore')).toBeUndefined();
  });

  it.each(NO_FILES)('%s: init keeps it', async (_what, make) => {
    make(join(folder, 'slipway.yml'));
    expect(await writeNew(folder, 'slipway.yml', 'app: x\n')).toBe('kept');
  });

  it.each([
    ['aliases that unfold', `a: &a [x]\n${nestedAliases(40)}jobs: { build: { steps: *z } }\n`],
    ['an alias of itself', 'jobs: &a { build: *a }\n'],
    ['lists in lists', `jobs: ${'['.repeat(20_000)}${']'.repeat(20_000)}\n`],
  ])('%s: doctor leaves the workflow out', (_what, text) => {
    const workflows = join(folder, '.github', 'workflows');
    mkdirSync(workflows, { recursive: true });
    writeFileSync(join(workflows, 'a.yml'), text);
    writeFileSync(join(workflows, 'b.yml'), 'on: push\njobs: { a: &a { steps: [] }, b: *a }\n');
    expect(readWorkflows(folder).map(({ path }) => path)).toEqual(['.github/workflows/b.yml']);
  });

  it('a file where the folder of the workflows is: there are none', () => {
    mkdirSync(join(folder, '.github'));
    writeFileSync(join(folder, '.github', 'workflows'), '');
    expect(readWorkflows(folder)).toEqual([]);
  });
});

describe('a file with bounds', () => {
  it('is read up to its end, also where the system reports no size', () => {
    writeFileSync(join(folder, 'a'), 'äöü');
    writeFileSync(join(folder, 'empty'), '');
    expect(regularText(join(folder, 'a'), 6)).toBe('äöü');
    expect(regularText(join(folder, 'empty'), 6)).toBe('');
    expect(regularText('/proc/self/status', 100_000)).toContain('Pid:');
    expect(() => regularText(join(folder, 'a'), 5)).toThrow('it has 6 bytes');
    expect(() => regularText('/proc/self/status', 20)).toThrow('it has more than 20 bytes');
  });
});

describe('SEC-31: the configuration of a checkout', () => {
  it('starts no program', async () => {
    const git = (...args: string[]) => execFileSync('git', ['-C', folder, ...args]);
    git('init', '--quiet', '--initial-branch=main');
    writeFileSync(join(folder, 'a'), '');
    git('add', 'a');
    git('-c', 'user.name=t', '-c', 'user.email=t@example', 'commit', '--quiet', '--message=a');
    const program = join(folder, 'program');
    const ran = join(folder, 'ran');
    writeFileSync(program, `#!/bin/sh\ntouch '${ran}'\n`, { mode: 0o755 });
    git('config', 'core.fsmonitor', program);
    expect((await readCheckout(folder)).branch).toBe('main');
    expect([await headOf(folder), await rootOf(folder)]).toEqual([expect.stringMatching(/^[0-9a-f]{40}$/), folder]);
    expect(textIn(folder, 'ran')).toBeUndefined();
  });
});
