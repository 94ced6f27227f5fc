import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { bundle } from './build.ts';
import { digestOf } from './check-dist.ts';

/**
 * `npm run release -- <version> --expect <digest>…`: commits dist/ on top of the present commit, tags it v<version>, and
 * moves v<major> to it. The branch is not touched: dist/ lives in the tagged commits only.
 *
 * Refuses when the version is not that of package.json, has no entry in CHANGELOG.md or is tagged already, when the
 * checkout has changes, and when dist/ is not what the earlier builds said (`--expect`).
 */
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { expect: { type: 'string', multiple: true }, remote: { type: 'string', default: 'origin' } },
});

function refuse(message: string): never {
  console.error(`release: ${message}`);
  process.exit(1);
}

/** Reads the token from the environment of git itself, so that it stands in no argument and no file. */
const CREDENTIALS = [
  '-c',
  'credential.helper=',
  '-c',
  'credential.helper=!f() { echo username=x-access-token; echo "password=$RELEASE_TOKEN"; }; f',
];
const IDENTITY = [
  '-c',
  'user.name=github-actions[bot]',
  '-c',
  'user.email=github-actions[bot]@users.noreply.github.com',
];

function gitWith(env: NodeJS.ProcessEnv, ...args: string[]): string {
  const credentials = process.env.RELEASE_TOKEN ? CREDENTIALS : [];
  const all = { ...process.env, ...env };
  return execFileSync('git', [...credentials, ...IDENTITY, ...args], { encoding: 'utf8', env: all }).trim();
}

const git = (...args: string[]): string => gitWith({}, ...args);

/** A commit on top of the present one with dist/ added, made in an index of its own: HEAD and the checkout stay. */
function commitWithDist(message: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'slipway-release-'));
  const env = { GIT_INDEX_FILE: join(folder, 'index') };
  gitWith(env, 'read-tree', 'HEAD');
  gitWith(env, 'add', '--force', '--', 'dist');
  const commit = git('commit-tree', gitWith(env, 'write-tree'), '-p', 'HEAD', '-m', message);
  rmSync(folder, { recursive: true });
  return commit;
}

/** The commit that a tag of the remote names; empty when there is none. */
function remoteTag(name: string): string {
  const lines = git('ls-remote', '--tags', values.remote, `refs/tags/${name}`);
  return lines.split(/\s/)[0] ?? '';
}

const version = positionals[0] ?? refuse('say which version');
const { version: declared } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string };
if (version !== declared) refuse(`package.json says ${declared}, not ${version}; change it first`);
if (!readFileSync('CHANGELOG.md', 'utf8').includes(`\n## [${version}]`))
  refuse(`CHANGELOG.md has no "## [${version}]"`);
if (git('status', '--porcelain') !== '') refuse('the checkout has changes that are not committed');
const tag = `v${version}`;
if (remoteTag(tag) !== '') refuse(`${tag} is published already; a published version never changes`);

await bundle();
const digest = await digestOf(join(process.cwd(), 'dist'));
const expected = values.expect ?? [];
if (expected.length === 0) refuse('say by --expect which dist/ was checked');
for (const one of expected) if (one !== digest) refuse(`dist/ is ${digest}, but ${one || '(nothing)'} was checked`);

const major = `v${version.split('.')[0]}`;
const moved = remoteTag(major);
const commit = commitWithDist(`Slipway ${version}: dist/ ${digest}`);
git('push', '--quiet', values.remote, `${commit}:refs/tags/${tag}`);
git('push', '--quiet', `--force-with-lease=refs/tags/${major}:${moved}`, values.remote, `${commit}:refs/tags/${major}`);
console.log(`${tag} and ${major} are ${commit} now (${major} was ${moved || 'new'})`);
