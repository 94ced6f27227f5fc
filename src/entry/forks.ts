import { EnvironmentError, UserError } from '../errors.ts';
import { refusal } from '../plan/fork-rules.ts';
import { type ActionName, type StageResult, stageResult } from '../stage-result.ts';
import { proveApproval } from '../stages/review/approval.ts';
import type { Run, StageWork } from './context.ts';
import { gitHubOf } from './github.ts';

/** What must not be in reach of a fork's code, should a runner carry it: GitHub itself gives such runs no secrets. */
const CREDENTIALS =
  /^(KUBECONFIG|GOOGLE_|CLOUDSDK_|GITHUB_TOKEN$|GH_TOKEN$|INPUT_GITHUB_TOKEN$|ACTIONS_ID_TOKEN_|ACTIONS_RUNTIME_TOKEN$)/;

/** For an action that is used by itself: refuses what `plan/fork-rules.ts` refuses, before anything has a credential. */
export function guarded(stage: ActionName, work: StageWork): StageWork {
  return async (run) => {
    const refused = isGuarded(run) ? refusal(stage, run.event()) : undefined;
    if (refused?.misuse) {
      throw new UserError(`${stage} refused: ${refused.reason}`, {
        remedy:
          'Nothing was run. See workflows/pull-request.yml and workflows/fork-review.yml, which keep forks and credentials apart.',
      });
    }
    return refused ? notRun(stage, refused.reason) : work(await approved(withoutCredentials(run)));
  };
}

/** The run as a fork's code may have it: no token, and no credentials in the environment of any program started. */
export function withoutCredentials(run: Run): Run {
  if (!isGuarded(run)) return run;
  const event = run.event();
  if (event.kind !== 'pull-request' || !event.fork || event.privileged) return run;
  for (const name of Object.keys(run.env)) if (CREDENTIALS.test(name)) delete run.env[name];
  return { ...run, common: { ...run.common, githubToken: undefined } };
}

/** The run of a fork's approved commit, with the proof in its event; every other run as it is. */
async function approved(run: Run): Promise<Run> {
  if (!isGuarded(run)) return run;
  const event = run.event();
  if (event.kind !== 'workflow-run') return run;
  const github = gitHubOf(run);
  if (github === undefined) {
    throw new EnvironmentError('who has approved the code of a fork cannot be asked without a token', {
      remedy: 'Pass the input `github-token`; the token of the job is enough.',
    });
  }
  const approval = await proveApproval(event, run.inputs.text('approved-in'), github);
  run.log.info(`${approval.by} has approved ${event.sha} of pull request #${approval.number}, the head of which it is`);
  return { ...run, event: () => ({ ...event, approval }) };
}

/** Read off the name, since an event of another kind need not be readable. */
function isGuarded({ env: { GITHUB_EVENT_NAME: name = '' } }: Run): boolean {
  return name.startsWith('pull_request') || name === 'workflow_run';
}

function notRun(stage: ActionName, reason: string): StageResult {
  const message = `not run: ${reason}`;
  return {
    ...stageResult(stage, 'unchanged', message),
    annotations: [{ level: 'notice', title: stage, message }],
  };
}
