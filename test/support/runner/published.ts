import { join } from 'node:path';
import { repositoryRoot } from '../../../local/demo/root.ts';
import { runWorkflow, type WorkflowRun } from '../workflow-runner.ts';
import type { Trigger } from './github-context.ts';

export const VARIANTS = ['google-cloud', 'kubernetes'] as const;
export type Variant = (typeof VARIANTS)[number];
export const FORMS = ['.', 'complete'] as const;
const SHA = 'a'.repeat(40);
export const DIGEST = `host/app@sha256:${'b'.repeat(64)}`;
export const repository = { id: 1, full_name: 'acme/parking', default_branch: 'main', owner: { login: 'acme', id: 2 } };

export const pull = (action: string, head: { id: number } = repository, login = 'mona', number = 7): Trigger => ({
  event: 'pull_request',
  payload: {
    action,
    repository,
    pull_request: { number, head: { ref: 'x', sha: SHA, repo: head }, base: { ref: 'main' }, user: { login } },
  },
});
export const ofFork = { id: 9 };
export const push: Trigger = { event: 'push', payload: { ref: 'refs/heads/main', after: SHA, repository } };
export const scheduled: Trigger = { event: 'schedule', payload: { schedule: '17 3 * * *', repository } };
export const dispatched = (inputs: Record<string, unknown> = {}): Trigger => ({
  event: 'workflow_dispatch',
  payload: { ref: 'refs/heads/main', inputs, repository },
});
export const comment = (body: string, type = 'User'): Trigger => ({
  event: 'issue_comment',
  payload: { action: 'created', repository, issue: { number: 7, pull_request: {} }, comment: { body, user: { type } } },
});
export const ended = (head: { id: number }): Trigger => ({
  event: 'workflow_run',
  payload: {
    action: 'completed',
    repository,
    workflow_run: { id: 55, name: 'Pull request', event: 'pull_request', conclusion: 'success', head_repository: head },
  },
});

const VARS = {
  SLIPWAY_IDENTITY_PROVIDER: 'provider',
  SLIPWAY_SERVICE_ACCOUNT: 'review',
  SLIPWAY_PLAN_SERVICE_ACCOUNT: 'plan',
  SLIPWAY_CLEAN_SERVICE_ACCOUNT: 'clean',
};
const SECRETS = { SLIPWAY_KUBECONFIG: 'of-reviews', SLIPWAY_PLAN_KUBECONFIG: 'of-plan', UNRELATED: 'never' };
const ENVIRONMENTS = ['staging', 'production'];
const OUTPUTS: Record<string, Record<string, string>> = {
  'build-image': { image: 'app:built', 'image-id': 'sha256:1' },
  'push-to-registry': { reference: DIGEST },
  promote: { reference: DIGEST },
  'rolling-update': { url: 'https://staging' },
};

export interface Played {
  /** The action that fails. */
  failing?: string;
  /** In place of those of OUTPUTS. */
  outputs?: typeof OUTPUTS;
  /** Sees the folder of an artifact. */
  upload?: (folder: string) => void;
}

/** Runs a workflow with actions that do nothing but answer. */
export function play(
  form: string,
  variant: Variant,
  name: string,
  trigger: Trigger,
  { failing, outputs = {}, upload }: Played = {},
): Promise<WorkflowRun> {
  const nothing = async () => ({});
  return runWorkflow(join(repositoryRoot, 'workflows', form, variant, `${name}.yml`), {
    trigger,
    facts: { actor: 'mona', token: 'job-token' },
    replacements: {
      ...Object.fromEntries(
        [
          'actions/cache/restore',
          'actions/cache/save',
          'actions/checkout',
          'actions/upload-artifact',
          'actions/download-artifact',
          'docker/login-action',
          'google-github-actions/auth',
        ].map((action) => [action, nothing]),
      ),
      'google-github-actions/auth': async ({ inputs }): Promise<Record<string, string>> =>
        inputs.token_format === 'access_token' ? { access_token: 'reader-token' } : {},
      'actions/upload-artifact': async ({ inputs }) => {
        upload?.(inputs.path ?? '');
        return {};
      },
    },
    vars: variant === 'google-cloud' ? VARS : {},
    environmentVars: Object.fromEntries(ENVIRONMENTS.map((one) => [one, { SLIPWAY_SERVICE_ACCOUNT: one }])),
    secrets: variant === 'google-cloud' ? {} : SECRETS,
    environmentSecrets:
      variant === 'google-cloud'
        ? {}
        : Object.fromEntries(ENVIRONMENTS.map((one) => [one, { SLIPWAY_KUBECONFIG: `of-${one}` }])),
    // In place of `docker save`, which is a `run:` of the workflow.
    env: { PATH: `${join(repositoryRoot, 'test', 'fixtures', 'programs')}:/usr/bin:/bin` },
    play: (action) => {
      const called = action.split('/').at(-1) ?? '';
      return called === failing ? 'failure' : (outputs[called] ?? OUTPUTS[called] ?? {});
    },
  });
}

export const ran = ({ jobs }: WorkflowRun) =>
  Object.entries(jobs).filter(([id, { result }]) => id !== 'slipway' && result !== 'skipped');
