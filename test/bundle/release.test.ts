import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeEach, describe, expect, it } from 'vitest';
import { digestOf } from '../../scripts/check-dist.ts';
import { scratchFolder } from '../support/runner/scratch.ts';

const checkout = fileURLToPath(new URL('../..', import.meta.url));

/** `npm run release` in a clone whose origin is a folder of this machine. */
describe('a release', () => {
  let clone: string;
  let origin: string;
  const git = (cwd: string, ...args: string[]) => {
    const identity = ['-c', 'user.name=Test', '-c', 'user.email=test@example.org', '-c', 'commit.gpgsign=false'];
    return execFileSync('git', [...identity, ...args], { cwd, encoding: 'utf8' }).trim();
  };

  beforeEach(() => {
    const base = scratchFolder();
    [clone, origin] = [join(base, 'slipway'), join(base, 'origin.git')];
    mkdirSync(clone);
    for (const part of [
      'action.yml',
      'actions',
      'scripts',
      'src',
      'tsconfig.json',
      'package-lock.json',
      '.gitignore',
    ]) {
      cpSync(join(checkout, part), join(clone, part), { recursive: true });
    }
    setVersion('1.2.3');
    git(base, 'init', '--quiet', '--bare', '--', origin);
    git(clone, 'init', '--quiet', '--initial-branch=main');
    git(clone, 'remote', 'add', 'origin', origin);
    symlinkSync(join(checkout, 'node_modules'), join(clone, 'node_modules'));
    // A symbolic link is no folder, which is what .gitignore names.
    writeFileSync(join(clone, '.git/info/exclude'), 'node_modules\n');
    commit();
  });

  function setVersion(version: string): void {
    const json = JSON.parse(readFileSync(join(checkout, 'package.json'), 'utf8'));
    writeFileSync(join(clone, 'package.json'), JSON.stringify({ ...json, version }));
    writeFileSync(join(clone, 'CHANGELOG.md'), `# Changelog\n\n## [${version}]\n`);
  }

  function commit(): void {
    git(clone, 'add', '--all');
    git(clone, 'commit', '--quiet', '--message', 'A state of the sources');
    git(clone, 'push', '--quiet', 'origin', 'main');
  }

  function script(name: string, ...args: string[]): { code: number; output: string } {
    try {
      const file = join(clone, 'scripts', name);
      const output = execFileSync(process.execPath, ['--import', 'tsx', file, ...args], {
        cwd: clone,
        encoding: 'utf8',
        stdio: 'pipe',
      });
      return { code: 0, output };
    } catch (error) {
      const { status, stdout, stderr } = error as { status: number; stdout: string; stderr: string };
      return { code: status, output: stdout + stderr };
    }
  }

  /** Builds dist/ and tells its digest, as the check before a release does. */
  async function checked(): Promise<string> {
    expect(script('build.ts').code).toBe(0);
    return digestOf(join(clone, 'dist'));
  }

  it('tags a commit that holds dist/, moves the major tag, and leaves the branch as it was', async () => {
    const digest = await checked();
    const head = git(clone, 'rev-parse', 'HEAD');
    expect(script('release.ts', '1.2.3', '--expect', digest)).toMatchObject({ code: 0 });
    const released = git(origin, 'rev-parse', 'v1.2.3');
    expect(git(origin, 'rev-parse', 'v1')).toBe(released);
    expect(git(origin, 'rev-parse', 'v1.2.3^')).toBe(head);
    expect(git(origin, 'rev-parse', 'main')).toBe(head);
    expect(git(clone, 'rev-parse', 'HEAD')).toBe(head);
    expect(git(origin, 'ls-tree', '--name-only', 'v1.2.3', 'dist/')).toContain('dist/slipway.mjs');
    expect(git(origin, 'ls-tree', '--name-only', 'main', 'dist')).toBe('');
    expect(git(clone, 'status', '--porcelain')).toBe('');

    setVersion('1.3.0');
    commit();
    expect(script('release.ts', '1.3.0', '--expect', digest)).toMatchObject({ code: 0 });
    expect(git(origin, 'rev-parse', 'v1')).toBe(git(origin, 'rev-parse', 'v1.3.0'));
    expect(git(origin, 'rev-parse', 'v1.2.3')).toBe(released);
  });

  it('is refused, with nothing pushed, when something is not as it was checked', async () => {
    const refusals: [string[], RegExp][] = [
      [['9.9.9', '--expect', 'x'], /package\.json says 1\.2\.3/],
      [['1.2.3'], /--expect/],
      [['1.2.3', '--expect', `sha256:${'0'.repeat(64)}`], /dist\/ is sha256:.* was checked/],
      [['1.2.3', '--expect', ''], /\(nothing\) was checked/],
    ];
    for (const [args, message] of refusals) {
      const { code, output } = script('release.ts', ...args);
      expect(code).toBe(1);
      expect(output).toMatch(message);
    }
    writeFileSync(join(clone, 'src/new.ts'), '');
    expect(script('release.ts', '1.2.3', '--expect', 'x').output).toContain('changes that are not committed');
    expect(git(origin, 'tag')).toBe('');
  });

  it('never changes a published version', async () => {
    const digest = await checked();
    script('release.ts', '1.2.3', '--expect', digest);
    const { code, output } = script('release.ts', '1.2.3', '--expect', digest);
    expect(code).toBe(1);
    expect(output).toContain('v1.2.3 is published already');
  });
});
