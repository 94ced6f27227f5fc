import { writeFile } from 'node:fs/promises';

import { join } from 'node:path';
import { scratchFolder } from '../runner/scratch.ts';
import type { GitHubEvent } from './events.ts';

export interface Job {
  /** The double's pages and API, its token is not among the variables: actions get it as an input. */
  url: string;
  apiUrl: string;
  repository: string;
  repositoryId?: number;
  runId?: string;
  runAttempt?: number;
  /** Folder for the files; default: a new one in the system's folder for temporary files. */
  folder?: string;
  workspace: string;
}

/** The variables that GitHub's runner gives a step, and the files that they name. */
export interface StepEnvironment {
  env: Record<string, string>;
  /** GITHUB_OUTPUT, GITHUB_STEP_SUMMARY, GITHUB_EVENT_PATH */
  outputFile: string;
  summaryFile: string;
  eventFile: string;
}

/**
 * Writes what the runner writes before a step.
 * @see https://docs.github.com/actions/reference/workflows-and-actions/variables
 */
export async function stepEnvironment(event: GitHubEvent, job: Job): Promise<StepEnvironment> {
  const folder = job.folder ?? scratchFolder();
  const [outputFile, summaryFile, eventFile] = ['output', 'summary.md', 'event.json'].map((name) =>
    join(folder, name),
  ) as [string, string, string];
  await writeFile(outputFile, '');
  await writeFile(summaryFile, '');
  await writeFile(eventFile, JSON.stringify(event.payload));
  const env = {
    CI: 'true',
    GITHUB_ACTIONS: 'true',
    GITHUB_ACTOR: event.actor,
    GITHUB_API_URL: job.apiUrl,
    GITHUB_EVENT_NAME: event.name,
    GITHUB_EVENT_PATH: eventFile,
    GITHUB_OUTPUT: outputFile,
    GITHUB_REF: event.ref,
    GITHUB_REF_NAME: event.ref.replace(/^refs\/(heads|tags|pull)\//, ''),
    GITHUB_REPOSITORY: job.repository,
    GITHUB_REPOSITORY_ID: String(job.repositoryId ?? 424_242),
    GITHUB_RUN_ATTEMPT: String(job.runAttempt ?? 1),
    GITHUB_RUN_ID: job.runId ?? '1',
    GITHUB_SERVER_URL: job.url,
    GITHUB_SHA: event.sha,
    GITHUB_STEP_SUMMARY: summaryFile,
    GITHUB_WORKSPACE: job.workspace,
    RUNNER_TEMP: folder,
  };
  return { env, outputFile, summaryFile, eventFile };
}
