import { chmodSync, cpSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import { type ActionOptions, jobFolders, runAction, startAction } from '../support/action-runner.ts';
import { type NodeVersion, nodeVersion, oldNode } from '../support/node-versions.ts';
import { scratchFolder } from '../support/runner/scratch.ts';
import { push } from '../support/triggers.ts';

const checkout = fileURLToPath(new URL('../..', import.meta.url));

/** A PATH with what a bare runner has, and no Node in it. */
function bareBin(): string {
  const bin = join(scratchFolder(), 'bin');
  mkdirSync(bin);
  for (const program of ['sh', 'dirname', 'readlink', 'ln', 'rm', 'sleep', 'env']) {
    symlinkSync(`/usr/bin/${program}`, join(bin, program));
  }
  return bin;
}

function linkNode(node: NodeVersion, bin: string): void {
  mkdirSync(bin, { recursive: true });
  symlinkSync(join(node.bin, 'node'), join(bin, 'node'));
}

const launch = (options: Partial<ActionOptions> = {}) =>
  runAction({ action: 'build-image', trigger: push(), node: null, ...options });

/** The sign that Node was found and the bundle runs: its own complaint about the empty workspace. */
const RUNS = 'slipway.yml was not found';

describe('the launcher finds Node', () => {
  let node20: NodeVersion;
  let node24: NodeVersion;
  let old: NodeVersion;
  beforeAll(async () => {
    [node20, node24, old] = await Promise.all([nodeVersion(20), nodeVersion(24), oldNode()]);
  });

  it('says what is missing, where it looked and what to do, when there is none', async () => {
    const result = await launch({ env: { PATH: bareBin() } });
    expect(result.exitCode).toBe(1);
    expect(result.annotations).toEqual([
      { level: 'error', title: 'Slipway', message: 'Slipway needs Node 20 or newer, and there is none on this runner' },
    ]);
    expect(result.output).toContain('actions/setup-node');
    expect(result.output).toContain('Found but too old: nothing');
  });

  it('names the one that is too old', async () => {
    const result = await launch({ node: old, env: { PATH: bareBin() } });
    expect(result.exitCode).toBe(1);
    expect(result.output).toContain(`Found but too old: ${join(old.bin, 'node')} (${old.version})`);
  });

  it('takes the one of PATH', async () => {
    const result = await launch({ node: node20, env: { PATH: bareBin() } });
    expect(result.output).toContain(RUNS);
  });

  it('takes one of the tool cache when that of PATH is too old', async () => {
    const toolCache = join(scratchFolder(), 'tools');
    linkNode(old, join(toolCache, 'node', old.version.slice(1), 'x64', 'bin'));
    linkNode(node24, join(toolCache, 'node', node24.version.slice(1), 'x64', 'bin'));
    const result = await launch({ node: old, env: { PATH: bareBin(), RUNNER_TOOL_CACHE: toolCache } });
    expect(result.output).toContain(RUNS);
  });

  it.each(['node24', 'node20'])('takes the %s that the runner itself uses', async (name) => {
    const base = scratchFolder();
    linkNode(name === 'node24' ? node24 : node20, join(base, 'externals', name, 'bin'));
    // A self-hosted runner: the work folder lies beside the externals.
    const result = await launch({ folders: jobFolders(base), env: { PATH: bareBin() } });
    expect(result.output).toContain(RUNS);
  });

  it('is not misled by something else called node', async () => {
    const bin = bareBin();
    writeFileSync(join(bin, 'node'), '#!/bin/sh\necho "I am not Node"\n');
    chmodSync(join(bin, 'node'), 0o755);
    const result = await launch({ env: { PATH: bin } });
    expect(result.output).toContain('Slipway needs Node 20 or newer');
  });
});

describe('the launcher, from a version without dist/', () => {
  /** The sources as at a commit, with the dependencies that are installed here already. */
  function sources(): string {
    const root = join(scratchFolder(), 'slipway');
    for (const part of [
      'action.yml',
      'actions',
      'scripts',
      'src',
      'package.json',
      'package-lock.json',
      'tsconfig.json',
    ]) {
      cpSync(join(checkout, part), join(root, part), { recursive: true });
    }
    symlinkSync(join(checkout, 'node_modules'), join(root, 'node_modules'));
    return root;
  }

  it('builds it once, though two steps want it at the same time', async () => {
    const actionsRoot = sources();
    const steps = [
      launch({ actionsRoot, node: await nodeVersion(20) }),
      launch({ actionsRoot, node: await nodeVersion(20) }),
    ];
    const outputs = (await Promise.all(steps)).map(({ output }) => output);
    for (const output of outputs) expect(output).toContain(RUNS);
    expect(outputs.filter((output) => output.includes('building it once'))).toHaveLength(1);
    const again = await launch({ actionsRoot, node: await nodeVersion(24) });
    expect(again.output).toContain(RUNS);
    expect(again.output).not.toContain('building');
  });

  it('takes over from a build that was killed', async () => {
    const actionsRoot = sources();
    symlinkSync('999999999', join(actionsRoot, '.slipway-building'));
    const result = await launch({ actionsRoot, node: await nodeVersion(20) });
    expect(result.output).toContain('building it once');
    expect(result.output).toContain(RUNS);
  });

  it('says so when it cannot be built, and leaves no lock', async () => {
    const actionsRoot = sources();
    writeFileSync(join(actionsRoot, 'src/main.ts'), 'this is not TypeScript');
    const first = await launch({ actionsRoot, node: await nodeVersion(20) });
    expect(first.exitCode).toBe(1);
    expect(first.annotations.map(({ message }) => message)).toContain('Slipway could not be built (see above)');
    expect((await launch({ actionsRoot, node: await nodeVersion(20) })).output).toContain('building it once');
  });
});

describe('the launcher becomes Node', () => {
  it('so that the process that the runner signals is Node itself', async () => {
    const actionsRoot = join(scratchFolder(), 'slipway');
    cpSync(join(checkout, 'actions'), join(actionsRoot, 'actions'), { recursive: true });
    const bundle = join(actionsRoot, 'dist/slipway.mjs');
    mkdirSync(dirname(bundle), { recursive: true });
    // In place of the bundle: a program that tells its process id and which signal ended it.
    writeFileSync(
      bundle,
      `process.on('SIGINT', () => { console.log('got SIGINT'); process.exit(9); });
       console.log('pid', process.pid, process.argv.slice(2).join(' ')); setInterval(() => {}, 1000);`,
    );
    const running = await startAction({ action: 'promote', trigger: push(), actionsRoot });
    await running.waitFor('pid');
    expect(running.output()).toContain(`pid ${running.pid} promote`);
    const result = await running.cancel();
    expect(result.output).toContain('got SIGINT');
    expect(result).toMatchObject({ exitCode: 9, cancelledBy: 'SIGINT' });
  });
});
