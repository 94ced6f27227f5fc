import { UserError } from '../errors.ts';
import { refusal } from '../plan/fork-rules.ts';
import type { ActionName, StageResult } from '../stages/stage-result.ts';
import type { Run, StageWork } from './run.ts';

/** What must not be in reach of a fork's code, should a runner carry it: GitHub itself gives such runs no secrets. */
const CREDENTIALS =
  /^(KUBECONFIG|GOOGLE_|CLOUDSDK_|GITHUB_TOKEN$|GH_TOKEN$|INPUT_GITHUB_TOKEN$|ACTIONS_ID_TOKEN_|ACTIONS_RUNTIME_TOKEN$)/;

/** For an action that is used by itself: refuses what `plan/fork-rules.ts` refuses, before anything has a credential. */
export function guarded(stage: ActionName, work: StageWork): StageWork {
  return async (run) => {
    const refused = ofPullRequest(run) ? refusal(stage, run.event()) : undefined;
    if (refused?.misuse) {
      throw new UserError(`${stage} refused: ${refused.reason}`, {
        remedy:
          'Nothing was run. See workflows/pull-request.yml for a workflow that keeps forks and credentials apart.',
      });
    }
    return refused ? notRun(stage, refused.reason) : work(withoutCredentials(run));
  };
}

/** The run as a fork's code may have it: no token, and no credentials in the environment of any program started. */
export function withoutCredentials(run: Run): Run {
  if (!ofPullRequest(run)) return run;
  const event = run.event();
  if (event.kind !== 'pull-request' || !event.fork || event.privileged) return run;
  for (const name of Object.keys(run.env)) if (CREDENTIALS.test(name)) delete run.env[name];
  return { ...run, common: { ...run.common, githubToken: undefined } };
}

function ofPullRequest(run: Run): boolean {
  return run.env.GITHUB_EVENT_NAME?.startsWith('pull_request') ?? false;
}

function notRun(stage: ActionName, reason: string): StageResult {
  return {
    stage,
    outcome: 'unchanged',
    headline: `not run: ${reason}`,
    outputs: {},
    steps: [],
    ms: 0,
    blocks: [],
    annotations: [{ level: 'notice', title: stage, message: `not run: ${reason}` }],
  };
}
