import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { NodeVersion } from '../node-versions.ts';
import type { GithubContext } from './github-context.ts';

/** The folders of one job on a runner. */
export interface JobFolders {
  workspace: string;
  /** RUNNER_TEMP: emptied between jobs, shared by the steps of one. */
  temp: string;
  home: string;
}

/** Makes the folders of a job below one of its own. */
export function jobFolders(base: string, workspace = join(base, 'work', 'repo', 'repo')): JobFolders {
  const folders = { workspace, temp: join(base, 'work', '_temp'), home: join(base, 'home') };
  for (const folder of Object.values(folders)) mkdirSync(folder, { recursive: true });
  return folders;
}

const SYSTEM_PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/**
 * The environment that a runner gives to a step: GitHub's variables and nothing of the process that runs the tests, so
 * that no kubeconfig, credential or token of this machine can reach it. `extra` is what the job adds.
 */
export function runnerEnvironment(
  github: GithubContext,
  folders: JobFolders,
  node: NodeVersion | undefined,
  extra: NodeJS.ProcessEnv,
): NodeJS.ProcessEnv {
  const eventPath = join(folders.temp, '_github_workflow', 'event.json');
  mkdirSync(join(folders.temp, '_github_workflow'), { recursive: true });
  writeFileSync(eventPath, JSON.stringify(github.event ?? {}));
  const variables = Object.entries(github)
    .filter(([name]) => name !== 'event' && name !== 'token')
    .map(([name, value]) => [`GITHUB_${name.toUpperCase()}`, String(value)]);
  const path = extra.PATH ?? SYSTEM_PATH;
  return {
    CI: 'true',
    GITHUB_ACTIONS: 'true',
    ...Object.fromEntries(variables),
    GITHUB_EVENT_PATH: eventPath,
    GITHUB_WORKSPACE: folders.workspace,
    GITHUB_RETENTION_DAYS: '90',
    HOME: folders.home,
    LANG: 'C.UTF-8',
    RUNNER_ARCH: process.arch === 'arm64' ? 'ARM64' : 'X64',
    RUNNER_ENVIRONMENT: 'self-hosted',
    RUNNER_NAME: 'test',
    RUNNER_OS: 'Linux',
    RUNNER_TEMP: folders.temp,
    RUNNER_TOOL_CACHE: join(folders.temp, '..', '_tool'),
    RUNNER_WORKSPACE: join(folders.workspace, '..'),
    USER: 'runner',
    ...extra,
    PATH: node ? `${node.bin}:${path}` : path,
  };
}
