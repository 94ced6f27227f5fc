import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { repositoryRoot } from '../../../local/demo/root.ts';
import type { Trigger } from '../../support/runner/github-context.ts';
import { readWorkflow } from '../../support/runner/workflow-file.ts';
import { type JobRun, runWorkflow, type WorkflowRun } from '../../support/workflow-runner.ts';

const VARIANTS = ['google-cloud', 'kubernetes'] as const;
type Variant = (typeof VARIANTS)[number];
const FORMS = ['.', 'complete'] as const;
const SHA = 'a'.repeat(40);
const DIGEST = `host/app@sha256:${'b'.repeat(64)}`;
const repository = { id: 1, full_name: 'acme/parking', default_branch: 'main', owner: { login: 'acme', id: 2 } };

const pull = (action: string, head: { id: number } = repository, login = 'mona', number = 7): Trigger => ({
  event: 'pull_request',
  payload: {
    action,
    repository,
    pull_request: { number, head: { ref: 'x', sha: SHA, repo: head }, base: { ref: 'main' }, user: { login } },
  },
});
const ofFork = { id: 9 };
const push: Trigger = { event: 'push', payload: { ref: 'refs/heads/main', after: SHA, repository } };
const scheduled: Trigger = { event: 'schedule', payload: { schedule: '17 3 * * *', repository } };
const dispatched = (inputs: Record<string, unknown> = {}): Trigger => ({
  event: 'workflow_dispatch',
  payload: { ref: 'refs/heads/main', inputs, repository },
});
const comment = (body: string, type = 'User'): Trigger => ({
  event: 'issue_comment',
  payload: { action: 'created', repository, issue: { number: 7, pull_request: {} }, comment: { body, user: { type } } },
});
const ended = (head: { id: number }): Trigger => ({
  event: 'workflow_run',
  payload: {
    action: 'completed',
    repository,
    workflow_run: { id: 55, name: 'Pull request', event: 'pull_request', conclusion: 'success', head_repository: head },
  },
});

/** Each workflow with the events that it is for, and the jobs that run then. */
const EVENTS: [string, string, Trigger, string[]][] = [
  ['pull-request', 'opened', pull('opened'), ['build', 'review']],
  ['pull-request', 'closed', pull('closed'), ['remove']],
  ['pull-request', 'opened from a fork', pull('opened', ofFork), ['fork']],
  ['pull-request', 'closed from a fork', pull('closed', ofFork), []],
  ['pull-request', 'opened by Dependabot', pull('opened', repository, 'dependabot[bot]'), ['fork']],
  ['pull-request', 'closed of Dependabot', pull('closed', repository, 'dependabot[bot]'), []],
  ['main', 'a push', push, ['build', 'deploy']],
  ['promote', 'by hand', dispatched({ image: DIGEST }), ['plan', 'promote']],
  ['review-commands', 'a command', comment('/review up'), ['command']],
  ['review-commands', 'another comment', comment('Nice'), []],
  ['review-commands', 'a command of a bot', comment('/review up', 'Bot'), []],
  ['reap-environments', 'scheduled', scheduled, ['reap']],
  ['reap-environments', 'by hand, as a dry run', dispatched({ 'dry-run': true }), ['reap']],
  ['clean-registry', 'scheduled', scheduled, ['clean']],
  ['clean-registry', 'by hand', dispatched({ 'dry-run': false }), ['clean']],
  ['drift', 'scheduled', scheduled, ['drift']],
  ['review-template', 'scheduled', scheduled, ['template']],
  ['fork-review', 'the end of a run of a fork', ended(ofFork), ['review']],
  ['fork-review', 'the end of a run of ours', ended(repository), []],
  ['fork-review', 'closed from a fork', { ...pull('closed', ofFork), event: 'pull_request_target' }, ['remove']],
];

const VARS = {
  SLIPWAY_IDENTITY_PROVIDER: 'provider',
  SLIPWAY_SERVICE_ACCOUNT: 'review',
  SLIPWAY_PLAN_SERVICE_ACCOUNT: 'plan',
};
const SECRETS = { SLIPWAY_KUBECONFIG: 'of-reviews', SLIPWAY_PLAN_KUBECONFIG: 'of-plan', UNRELATED: 'never' };
const ENVIRONMENTS = ['staging', 'production'];
const OUTPUTS: Record<string, Record<string, string>> = {
  'build-image': { image: 'app:built', 'image-id': 'sha256:1' },
  'push-to-registry': { reference: DIGEST },
  promote: { reference: DIGEST },
  'rolling-update': { url: 'https://staging' },
};

interface Played {
  /** The action that fails. */
  failing?: string;
  /** In place of those of OUTPUTS. */
  outputs?: typeof OUTPUTS;
  /** Sees the folder of an artifact. */
  upload?: (folder: string) => void;
}

/** Runs a workflow with actions that do nothing but answer. */
function play(
  form: string,
  variant: Variant,
  name: string,
  trigger: Trigger,
  { failing, outputs = {}, upload }: Played = {},
): Promise<WorkflowRun> {
  const nothing = async () => ({});
  return runWorkflow(join(repositoryRoot, 'workflows', form, variant, `${name}.yml`), {
    trigger,
    replacements: {
      ...Object.fromEntries(
        [
          'actions/checkout',
          'actions/upload-artifact',
          'actions/download-artifact',
          'docker/login-action',
          'google-github-actions/auth',
        ].map((action) => [action, nothing]),
      ),
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

const ran = ({ jobs }: WorkflowRun) =>
  Object.entries(jobs).filter(([id, { result }]) => id !== 'slipway' && result !== 'skipped');

/** What a step did, whatever form of the workflow it stands in. */
function shown({ steps, environment, concurrency }: JobRun, form: string): unknown {
  const done = steps.filter(({ outcome }) => outcome !== 'skipped');
  const own = /^(slipway(?:-[a-z-]+?)?)-\.-slipway\.yml/;
  return {
    environment,
    concurrency: concurrency && {
      ...concurrency,
      group: form === 'complete' ? concurrency.group : concurrency.group.replace(own, '$1'),
    },
    steps: done.map(({ name, uses, inputs = {}, outcome }) => {
      const { 'working-directory': folder, config, kubeconfig, ...rest } = inputs;
      if (uses?.startsWith('slipway-deploy') && form !== 'complete')
        expect([folder, config]).toEqual(['.', 'slipway.yml']);
      const kept = Object.fromEntries(
        Object.entries(rest)
          .filter(([, value]) => value !== '')
          .map(([key, value]) => [key, value.replace(/^\/.*\/_temp\//, '')]),
      );
      return [name, uses, kept, outcome, kubeconfig ? 'kubeconfig' : ''];
    }),
  };
}

describe.each(VARIANTS)('the workflows of workflows/%s', (variant) => {
  it.each(EVENTS)('%s: %s', async (name, _, trigger, jobs) => {
    const [called, complete] = await Promise.all(FORMS.map((form) => play(form, variant, name, trigger)));
    if (!called || !complete) throw new Error('two forms');
    expect(ran(complete).map(([id]) => id)).toEqual(jobs);
    expect(ran(called).map(([id]) => id)).toEqual(jobs);
    for (const [id, job] of ran(complete)) {
      expect(job.result, id).toBe('success');
      expect(shown(called.jobs[id] as JobRun, '.'), id).toEqual(shown(job, 'complete'));
    }
  });

  it('grant the calling job what one of the complete jobs needs, and no more', () => {
    for (const name of names()) {
      const complete = readWorkflow(join(repositoryRoot, 'workflows', 'complete', variant, `${name}.yml`));
      const wanted: Record<string, string> = {};
      for (const { permissions } of Object.values(complete.jobs)) {
        for (const [key, level] of Object.entries(permissions ?? {})) {
          if (wanted[key] !== 'write') wanted[key] = level;
        }
      }
      const { slipway } = readWorkflow(join(repositoryRoot, 'workflows', variant, `${name}.yml`)).jobs;
      expect(slipway?.permissions, name).toEqual(wanted);
    }
  });

  it.each(FORMS)('hand each job the credentials of its environment, after build and tests (%s)', async (form) => {
    const before = (job: JobRun | undefined) =>
      job?.steps
        .slice(
          0,
          job.steps.findIndex(({ name }) => name.startsWith('Sign in')),
        )
        .map(({ name }) => name);
    const main = await play(form, variant, 'main', push);
    expect(before(main.jobs.build)).toEqual(['Check out', 'Build', 'Test']);
    const promote = await play(form, variant, 'promote', dispatched());
    const accounts = [main.jobs.build, main.jobs.deploy, promote.jobs.plan, promote.jobs.promote].map((job) =>
      job?.steps.flatMap(({ inputs }) => inputs?.service_account ?? []),
    );
    const expected = [['staging'], ['staging'], ['plan'], ['production']];
    expect(accounts).toEqual(variant === 'google-cloud' ? expected : [[], [], [], []]);
    for (const { jobs } of [main, promote]) expect(JSON.stringify(jobs)).not.toContain('never');
  });

  it.each(FORMS)('a push cancels the build of the outdated commit, and no deploy (%s)', async (form) => {
    const first = await play(form, variant, 'pull-request', pull('synchronize'));
    const closed = await play(form, variant, 'pull-request', pull('closed'));
    const other = await play(form, variant, 'pull-request', pull('synchronize', repository, 'mona', 8));
    const main = await play(form, variant, 'main', push);
    const [build, review] = [first.jobs.build?.concurrency, first.jobs.review?.concurrency];
    expect([build?.cancelInProgress, review?.cancelInProgress]).toEqual([true, false]);
    expect(build?.group).not.toBe(review?.group);
    expect(closed.jobs.remove?.concurrency).toEqual(review);
    expect(other.jobs.build?.concurrency?.group).not.toBe(build?.group);
    expect(other.jobs.review?.concurrency?.group).not.toBe(review?.group);
    const [building, deploying] = [main.jobs.build?.concurrency, main.jobs.deploy?.concurrency];
    expect([building?.cancelInProgress, deploying?.cancelInProgress]).toEqual([true, false]);
    expect(building?.group).not.toBe(deploying?.group);
    // The build is no deployment, though it has the identity of the environment.
    expect([main.jobs.build?.environment?.deployment, main.jobs.deploy?.environment?.deployment]).toEqual([
      false,
      true,
    ]);
  });

  it.each(['build-image', 'run-tests', 'push-to-registry'])(
    'report that %s failed, and deploy nothing',
    async (failing) => {
      for (const form of FORMS) {
        const { jobs } = await play(form, variant, 'pull-request', pull('synchronize'), { failing });
        expect([jobs.build?.result, jobs.review?.result]).toEqual(['failure', 'skipped']);
        const [last] = jobs.build?.steps.slice(-1) ?? [];
        expect([last?.outcome, last?.inputs?.operation]).toEqual(['success', 'report-failure']);
      }
    },
  );

  it.each([
    ['sha256:1', { 'image.tar': 'sha256:1' }],
    ['api=sha256:1\nweb=sha256:2', { 'api.tar': 'sha256:1', 'web.tar': 'sha256:2' }],
  ])('keep each image of a fork in an archive of its own: %j', async (ids, archives) => {
    for (const form of FORMS) {
      const kept: Record<string, string> = {};
      await play(form, variant, 'pull-request', pull('opened', ofFork), {
        outputs: { 'build-image': { image: 'app:built', 'image-id': ids } },
        upload: (folder) => {
          for (const file of readdirSync(folder)) kept[file] = readFileSync(join(folder, file), 'utf8');
        },
      });
      expect(kept).toEqual(archives);
    }
  });

  it('drop no command and no promotion that waits', async () => {
    const { jobs } = await play('.', variant, 'review-commands', comment('/review up'));
    expect(jobs.command?.concurrency?.queue).toBe('max');
    const promotion = await play('.', variant, 'promote', dispatched());
    expect([promotion.jobs.plan?.concurrency?.queue, promotion.jobs.promote?.concurrency?.queue]).toEqual([
      'max',
      'max',
    ]);
  });
});

const names = () =>
  readdirSync(join(repositoryRoot, 'workflows', 'kubernetes')).map((file) => file.replace('.yml', ''));

it('both variants have the same workflows, and each of them is tried here', () => {
  expect(readdirSync(join(repositoryRoot, 'workflows', 'google-cloud')).sort()).toEqual(
    readdirSync(join(repositoryRoot, 'workflows', 'kubernetes')).sort(),
  );
  expect(new Set(names())).toEqual(new Set(EVENTS.map(([name]) => name)));
});
