import { spawn } from 'node:child_process';
import { existsSync, openSync, readFileSync } from 'node:fs';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type RemoteActor, remoteActor } from '../../test/support/github-double/remote.ts';
import { until } from './browser.ts';
import { DEMO_FOLDER, REPOSITORY_ID, repositoryRoot } from './root.ts';

/** GitHub's part in the demo: a double of its API and pages on loopback, in a process of its own. */
export interface DemoGitHub {
  url: string;
  apiUrl: string;
  token: string;
  repository: string;
  actor: RemoteActor;
}

const ADDRESS = join(DEMO_FOLDER, 'github.json');
const LOG = join(DEMO_FOLDER, 'github.log');

/** Starts it. It outlives the demo, so that the pages of the pull request can be opened, until `stopGitHub`. */
export async function startGitHub(repository: string): Promise<DemoGitHub> {
  await stopGitHub();
  await mkdir(DEMO_FOLDER, { recursive: true });
  const args = [
    '--import',
    'tsx',
    'test/support/github-double/serve.ts',
    '--repository',
    repository,
    '--repository-id',
    String(REPOSITORY_ID),
  ];
  const stdio = ['ignore', openSync(ADDRESS, 'w'), openSync(LOG, 'w')] as const;
  const child = spawn(process.execPath, args, { cwd: repositoryRoot, stdio: [...stdio], detached: true });
  child.unref();
  await until('the double of GitHub listens', async () => {
    if (child.exitCode !== null) throw new Error(`the double of GitHub ended:\n${await readFile(LOG, 'utf8')}`);
    return (await readFile(ADDRESS, 'utf8')).endsWith('\n');
  });
  const { url, apiUrl, token } = JSON.parse(readFileSync(ADDRESS, 'utf8')) as Record<
    'url' | 'apiUrl' | 'token',
    string
  >;
  await writeFile(`${ADDRESS}.pid`, String(child.pid));
  return { url, apiUrl, token, repository, actor: remoteActor(url) };
}

/** Stops the double that an earlier demo left, if it is still that process. */
export async function stopGitHub(): Promise<void> {
  const file = `${ADDRESS}.pid`;
  if (!existsSync(file)) return;
  const pid = Number(await readFile(file, 'utf8'));
  const command = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
  if (command.includes('github-double/serve.ts')) process.kill(pid, 'SIGTERM');
  await rm(file);
}
