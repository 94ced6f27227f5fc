import { join } from 'node:path';
import { type ActionResult, jobFolders, type RunningAction, startAction } from '../../test/support/action-runner.ts';
import type { GitHubEvent } from '../../test/support/github-double/events.ts';
import { claimsOfJob, identityEnv } from '../../test/support/github-double/identity.ts';
import { readLog } from '../../test/support/runner/commands.ts';
import type { JobFolders } from '../../test/support/runner/environment.ts';
import { scratchFolder } from '../../test/support/runner/scratch.ts';
import type { DemoGitHub } from './github.ts';
import { REPOSITORY_ID } from './root.ts';
import { keepSummary } from './shown.ts';
import { seconds, tell } from './telling.ts';

/** One job of a workflow: its steps share folders, event and run, as on a runner. */
export class Job {
  readonly steps: { name: string; ms: number }[] = [];
  private readonly folders: JobFolders;
  private readonly event: GitHubEvent;
  private readonly github: DemoGitHub;
  private readonly runId: number;
  private readonly env: NodeJS.ProcessEnv;

  /** @param checkout working copy at the event's commit, as actions/checkout leaves it */
  constructor(github: DemoGitHub, event: GitHubEvent, checkout: string, runId: number, env: NodeJS.ProcessEnv) {
    this.github = github;
    this.event = event;
    this.runId = runId;
    this.env = env;
    this.folders = jobFolders(join(scratchFolder(), 'job'), checkout);
  }

  /** Runs an action as the runner does and shows what it prints. With `expected`, any other outcome is the mistake. */
  async step(action: string, inputs: Record<string, string> = {}, expected?: string): Promise<ActionResult> {
    const { name: event, ref, sha } = this.event;
    const { repository, url } = this.github;
    const claims = claimsOfJob({ repository, repositoryId: REPOSITORY_ID, event, ref, sha });
    const running = await startAction({
      action,
      inputs,
      trigger: { event: this.event.name, payload: this.event.payload, ref: this.event.ref, sha: this.event.sha },
      facts: {
        runId: this.runId,
        actor: this.event.actor,
        apiUrl: this.github.apiUrl,
        serverUrl: this.github.url,
        token: this.github.token,
      },
      workspace: this.folders.workspace,
      folders: this.folders,
      env: { ...this.env, ...identityEnv(url, claims) },
    });
    const result = await show(action, running);
    this.steps.push({ name: action, ms: result.ms });
    await keepSummary(this.runId, action, result.summary);
    const asExpected = expected === undefined ? result.exitCode === 0 : result.outputs.outcome === expected;
    if (!asExpected) throw unexpected(action, result);
    return result;
  }
}

function unexpected(action: string, result: ActionResult): Error {
  const last = result.log.lines.slice(-30).join('\n  ');
  return new Error(
    `${action} ended as ${result.outputs.outcome}, exit code ${result.exitCode}. Its last lines:\n  ${last}`,
  );
}

const SHOW_EVERY_MS = 100;

/** Prints the lines of a running action as they come, without the runner's commands. */
async function show(action: string, running: RunningAction): Promise<ActionResult> {
  let shown = 0;
  const showNew = (complete: boolean) => {
    const { lines } = readLog(running.output());
    const until = complete ? lines.length : lines.length - 1;
    for (const line of lines.slice(shown, until)) if (readable(line) !== '') tell.action(action, readable(line));
    shown = Math.max(shown, until);
  };
  tell.say(`▸ ${action}`);
  const timer = setInterval(() => showNew(false), SHOW_EVERY_MS);
  try {
    const result = await running.result;
    showNew(true);
    tell.say(`  ${action}: ${result.outputs.outcome ?? `exit code ${result.exitCode}`} in ${seconds(result.ms)}`);
    return result;
  } finally {
    clearInterval(timer);
  }
}

/** What Docker tells of each step of a build and each layer of a push, beside the steps themselves. */
const DETAIL = /^(#\d+ (DONE|CACHED|\[internal\]|building|transferring|exporting|writing|naming)|[0-9a-f]{12}: |$)/;

/** A line of a log as GitHub's page shows it: a group by its title, an annotation by its message; without Docker's details. */
function readable(line: string): string {
  // Of an annotation, the log above tells the whole.
  if (/^::(endgroup|debug|add-mask|error)/.test(line)) return '';
  // With several images, a line of Docker begins with the name of one.
  if (DETAIL.test(line.slice(line.indexOf(' | ') + (line.includes(' | ') ? 3 : 0)))) return '';
  return line
    .replace(/^::group::/, '▾ ')
    .replace(/^::(warning|notice)[^:]*::/, '$1: ')
    .replaceAll('%0A', ' ');
}
