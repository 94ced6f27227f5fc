import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { GitHubDouble } from '../test/support/github-double/double.ts';
import type { GitHubEvent } from '../test/support/github-double/events.ts';
import { scratchFolder } from '../test/support/runner/scratch.ts';
import type { Command } from './rollout/process.ts';

const bundle = fileURLToPath(new URL('../dist/slipway.mjs', import.meta.url));

export interface OnRunner {
  github: GitHubDouble;
  repositoryId: number;
  event: GitHubEvent;
  kubeconfig: string;
  /** By their names in the environment, e.g. INPUT_DRY_RUN. */
  inputs: Record<string, string>;
  /** The checkout. */
  files?: Record<string, string>;
}

/** A Slipway action as its action.yml starts it: the bundle in a process of its own, with a runner's environment. */
export async function onRunner(action: string, job: OnRunner): Promise<Command> {
  const { github, event } = job;
  const base = scratchFolder();
  const workspace = join(base, 'checkout');
  await mkdir(workspace);
  for (const [name, text] of Object.entries(job.files ?? {})) {
    await mkdir(dirname(join(workspace, name)), { recursive: true });
    await writeFile(join(workspace, name), text);
  }
  for (const file of ['output', 'summary']) await writeFile(join(base, file), '');
  await writeFile(join(base, 'event.json'), JSON.stringify(event.payload));
  const env = {
    PATH: process.env.PATH ?? '',
    HOME: base,
    KUBECONFIG: job.kubeconfig,
    GITHUB_ACTIONS: 'true',
    GITHUB_API_URL: github.apiUrl,
    GITHUB_SERVER_URL: github.url,
    GITHUB_REPOSITORY: github.repository,
    GITHUB_REPOSITORY_ID: String(job.repositoryId),
    GITHUB_RUN_ID: '5',
    GITHUB_EVENT_NAME: event.name,
    GITHUB_EVENT_PATH: join(base, 'event.json'),
    GITHUB_REF: event.ref,
    GITHUB_SHA: event.sha,
    GITHUB_WORKSPACE: workspace,
    GITHUB_OUTPUT: join(base, 'output'),
    GITHUB_STEP_SUMMARY: join(base, 'summary'),
    RUNNER_TEMP: base,
    INPUT_GITHUB_TOKEN: github.token,
    ...job.inputs,
  };
  return { file: process.execPath, args: [bundle, action], cwd: workspace, env };
}
