import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { repositoryRoot } from '../../../local/demo/root.ts';
import type { Trigger } from '../../support/runner/github-context.ts';
import {
  comment,
  DIGEST,
  dispatched,
  ended,
  FORMS,
  ofFork,
  play,
  pull,
  push,
  ran,
  repository,
  scheduled,
  VARIANTS,
} from '../../support/runner/published.ts';
import { readWorkflow } from '../../support/runner/workflow-file.ts';
import type { JobRun } from '../../support/workflow-runner.ts';

/** Each workflow with the events that it is for, and the jobs that run then. */
const EVENTS: [string, string, Trigger, string[]][] = [
  ['pull-request', 'opened', pull('opened'), ['earlier', 'build', 'review']],
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

/** What keeps the token of the sign-in before the build from everything else. */
const READ_ONLY = {
  token_format: 'access_token',
  access_token_scopes: 'https://www.googleapis.com/auth/devstorage.read_only',
  create_credentials_file: 'false',
  export_environment_variables: 'false',
};

function loginOf(inputs: Record<string, string>) {
  const { registry, 'registry-user': user, 'registry-password': password } = inputs;
  return { ...(registry ? { host: registry } : {}), user, password };
}

const TESTS = ['Read the results of the last tests', 'Test', 'Keep the results of the tests'];

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
          .map(([key, value]) => [key, value.replace(/^\/.*\/_temp\//, '').replace(own, '$1')]),
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
          job.steps.findIndex(({ name }) => /^Sign in to (Google|the registry)/.test(name)),
        )
        .flatMap(({ name, outcome }) => (outcome === 'skipped' ? [] : [name]));
    const main = await play(form, variant, 'main', push);
    const reader = variant === 'google-cloud' ? ['Sign in to read images'] : [];
    expect(before(main.jobs.build)).toEqual([
      'Check out',
      ...reader,
      'Build',
      ...TESTS,
      'Preflight',
      'Keep the findings',
    ]);
    const promote = await play(form, variant, 'promote', dispatched());
    const accounts = [main.jobs.build, main.jobs.deploy, promote.jobs.plan, promote.jobs.promote].map((job) =>
      job?.steps.flatMap(({ inputs }) => inputs?.service_account ?? []),
    );
    const expected = [['staging', 'staging'], ['staging'], ['plan'], ['production']];
    expect(accounts).toEqual(variant === 'google-cloud' ? expected : [[], [], [], []]);
    for (const { jobs } of [main, promote]) expect(JSON.stringify(jobs)).not.toContain('never');
  });

  it.each(FORMS)('read images with a login that no file and no test has, and forks with none (%s)', async (form) => {
    const logins = ({ steps }: JobRun) =>
      steps.flatMap(({ name, inputs = {} }) =>
        Object.keys(inputs).some((input) => input.startsWith('registry-')) ? [[name, loginOf(inputs)]] : [],
      );
    const login =
      variant === 'google-cloud'
        ? { user: 'oauth2accesstoken', password: 'reader-token' }
        : { host: 'ghcr.io', user: 'mona', password: 'job-token' };
    for (const [name, trigger] of [['main', push] as const, ['pull-request', pull('opened')] as const]) {
      const { jobs } = await play(form, variant, name, trigger);
      expect(logins(jobs.build as JobRun), name).toEqual([
        ['Build', login],
        ['Preflight', login],
      ]);
      const reader = jobs.build?.steps.find((step) => step.name === 'Sign in to read images' && step.inputs);
      if (variant === 'google-cloud') expect(reader?.inputs).toMatchObject(READ_ONLY);
      else expect(reader).toBeUndefined();
    }
    const { jobs } = await play(form, variant, 'pull-request', pull('opened', ofFork));
    expect(logins(jobs.fork as JobRun)).toEqual([]);
    expect(JSON.stringify(jobs.fork)).not.toMatch(/reader-token|job-token/);
  });

  it.each(FORMS)('main keeps its findings, and a pull request compares its own with them (%s)', async (form) => {
    const inputsOf = (job: JobRun | undefined, name: string) => {
      const inputs = job?.steps.find((step) => step.name === name)?.inputs ?? {};
      const below = (path = '') => path.replace(/^.*_temp/, '');
      return { ...inputs, path: below(inputs.path), baseline: below(inputs.baseline) };
    };
    const main = await play(form, variant, 'main', push);
    const kept: Record<string, string> = inputsOf(main.jobs.build, 'Keep the findings');
    const jobsThat = [
      ['build', 'earlier', pull('opened')],
      ['fork', 'fork', pull('opened', ofFork)],
    ] as const;
    for (const [id, reader, trigger] of jobsThat) {
      const { jobs } = await play(form, variant, 'pull-request', trigger);
      const read: Record<string, string> = inputsOf(jobs[reader], 'Read the findings of main');
      expect([id, read.path]).toEqual([id, kept.path]);
      expect(kept.key?.startsWith(read['restore-keys'] ?? 'nothing'), `${kept.key} ${read['restore-keys']}`).toBe(true);
      expect(inputsOf(jobs[id], 'Preflight').baseline).toBe(`${kept.path}/findings.json`);
      expect(jobs[id]?.steps.map(({ name }) => name)).not.toContain('Keep the findings');
    }
    const failed = await play(form, variant, 'main', push, { failing: 'preflight' });
    expect(failed.jobs.build?.steps.find(({ name }) => name === 'Keep the findings')?.outcome).toBe('success');
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

  it.each(['build-image', 'run-tests', 'preflight', 'push-to-registry'])(
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
