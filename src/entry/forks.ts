import { EnvironmentError, UserError } from '../errors.ts';
import { forkRefusal } from '../plan/fork-rules.ts';
import { type ActionName, type StageResult, stageResult } from '../stage-result.ts';
import { proveApproval } from '../stages/review/approval.ts';
import type { Run, StageWork } from './context.ts';
import { refuseForkHead } from './fork-head.ts';
import { gitHubOf } from './github.ts';

/** Variables that code of a fork must not see, where a runner has them; GitHub gives such runs no secrets. */
const CREDENTIALS =
  /^(KUBECONFIG|GOOGLE_|CLOUDSDK_|GCLOUD_|AWS_|AZURE_|ARM_|DOCKER_AUTH_CONFIG$|INPUT_SECRETS$|ACTIONS_ID_TOKEN_|SSH_AUTH_SOCK$)|(^|_)(TOKEN|PASSWORD|PASSWD|SECRET|CREDENTIALS?|(API|ACCESS|PRIVATE|SECRET)_?KEY)(_|$)/i;

/** Actions that run code of the checkout, or bring it to a registry or a cluster. */
const USES_CHECKOUT: readonly ActionName[] = [
  'build-image',
  'run-tests',
  'preflight',
  'push-to-registry',
  'rolling-update',
];

/** Refuses what `plan/fork-rules.ts` refuses, for an action that is used by itself, before credentials are used. */
export function guarded(stage: ActionName, work: StageWork): StageWork {
  return async (run) => {
    const refused = isGuarded(run) ? forkRefusal(stage, run.event()) : undefined;
    if (refused?.misuse) {
      throw new UserError(`${stage} refused: ${refused.reason}`, {
        remedy:
          'Nothing was run. See pull-request.yml and fork-review.yml in docs/workflows.md, which keep forks and credentials apart.',
      });
    }
    if (refused) return notRun(stage, refused.reason);
    if (isByHand(run) && USES_CHECKOUT.includes(stage)) await refuseForkHead(run);
    return work(await approved(withoutCredentials(run)));
  };
}

/** The run without the token, and without credentials in the environment of the programs that it starts. */
export function withoutCredentials(run: Run): Run {
  if (!isGuarded(run)) return run;
  const event = run.event();
  if (event.kind !== 'pull-request' || !event.fork || event.privileged) return run;
  for (const name of Object.keys(run.env)) if (CREDENTIALS.test(name)) delete run.env[name];
  return { ...run, common: { ...run.common, githubToken: undefined } };
}

/** The run with the proven approval in its event, for the commit of a fork; other runs are unchanged. */
async function approved(run: Run): Promise<Run> {
  if (!isGuarded(run)) return run;
  const event = run.event();
  if (event.kind !== 'workflow-run') return run;
  const github = gitHubOf(run);
  if (github === undefined) {
    throw new EnvironmentError('without a token, Slipway cannot ask GitHub who approved the code of a fork', {
      remedy: 'Pass the input `github-token`; the token of the job is enough.',
    });
  }
  const approval = await proveApproval(event, run.inputs.text('approved-in'), github);
  run.log.info(`${approval.by} approved ${event.sha}, the head of pull request #${approval.number}`);
  return { ...run, event: () => ({ ...event, approval }) };
}

/** Decides by the name of the event, because the payload of other events need not be readable. */
function isGuarded({ env: { GITHUB_EVENT_NAME: name = '' } }: Run): boolean {
  return name.startsWith('pull_request') || name === 'workflow_run' || name === 'issue_comment';
}

/** Whether the workflow was started manually, which can check out any commit. */
export function isByHand({ env }: Pick<Run, 'env'>): boolean {
  return env.GITHUB_EVENT_NAME === 'workflow_dispatch';
}

function notRun(stage: ActionName, reason: string): StageResult {
  const message = `not run: ${reason}`;
  return {
    ...stageResult(stage, 'unchanged', message),
    annotations: [{ level: 'notice', title: stage, message }],
  };
}
