import { cp, mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { loadAll } from 'js-yaml';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { repositoryRoot } from '../../local/demo/root.ts';
import { parseConfig } from '../../src/config/load.ts';
import type { ActionResult } from '../support/action-runner.ts';
import { AccountsByHand } from '../support/e2e/accounts-by-hand.ts';
import { documentBlock } from '../support/e2e/document.ts';
import { Job, logOf, type Ran, run, stepOf, together } from '../support/e2e/jobs.ts';
import { Scene } from '../support/e2e/scene.ts';
import { open } from '../support/e2e/site.ts';
import { block } from '../support/google/operator-guide.ts';
import { requirePlatform } from '../support/platform.ts';
import { scratchFolder } from '../support/runner/scratch.ts';
import type { EditedYaml } from '../support/yaml.ts';

const platform = await requirePlatform('the operator’s first set-up');

/**
 * An application to which README.md's slipway.yml fits: the example, with `flask db upgrade` for its migrations and plain
 * `pytest` for its tests.
 */
const FLASK_COMMANDS = `"""The WSGI application, and the command \`flask db upgrade\`."""
from parking import create_app
from parking.migrate import migrate
from parking.settings import Settings

app = create_app()


@app.cli.group("db")
def database():
    """The database's schema."""


@database.command("upgrade")
def upgrade():
    print(migrate(Settings.from_environment().database_url))
`;

describe.skipIf(!platform)('an operator sets it up, by README.md and docs/kubernetes.md', () => {
  let scene: Scene;
  let accounts: AccountsByHand;
  let pushed: Job;

  beforeAll(async () => {
    if (!platform) throw new Error('no platform');
    scene = await Scene.open(platform, 'ops');
    accounts = new AccountsByHand(scene);
    await ownApplication();
    await copyWorkflows();
    await writeFile(join(scene.repository.folder, 'slipway.yml'), documentBlock('README.md', 'yaml'));
  });
  afterEach(() => expect(scene.github.actor.violations()).toEqual([]));
  afterAll(async () => {
    await accounts?.remove();
    await scene?.close();
  });

  async function ownApplication(): Promise<void> {
    const { folder } = scene.repository;
    await rm(join(folder, 'tests', 'api'), { recursive: true });
    for (const file of await readdir(join(folder, 'tests', 'unit'))) {
      if (!/^(conftest|test_pages)\.py$/.test(file)) await rm(join(folder, 'tests', 'unit', file));
    }
    await writeFile(join(folder, 'wsgi.py'), FLASK_COMMANDS);
    await writeFile(join(folder, 'pytest.ini'), '[pytest]\naddopts = -p no:cacheprovider\n');
    await scene.repository.edit('.dockerignore', (text) => `${text}\n!wsgi.py\n`);
    const pytest =
      'RUN printf \'#!/bin/sh\\nexec python3 -m pytest "$@"\' > /usr/local/bin/pytest && chmod +x /usr/local/bin/pytest';
    await scene.repository.edit('Dockerfile', (text) => text.replace('\nWORKDIR', `\n${pytest}\nWORKDIR`));
  }

  /** README.md, step 2; docs/kubernetes.md, step 4. */
  async function copyWorkflows(): Promise<void> {
    const folder = join(scene.repository.folder, '.github', 'workflows');
    await mkdir(folder, { recursive: true });
    await cp(join(repositoryRoot, 'workflows', 'kubernetes'), folder, { recursive: true });
  }

  /** What README.md says under the example: names, hosts and cluster, and images where Docker's registry is out of reach. */
  async function putInOwnNames(): Promise<void> {
    await scene.configure((config: EditedYaml) => {
      const image = scene.platform.baseImages.postgres;
      config.set('app', scene.app);
      config.setIn(['image', 'repository'], scene.imageRepository);
      config.setIn(['tests', 'unit', 'services'], [{ engine: 'postgres', image }]);
      config.setIn(['review', 'host'], `pr-{number}.${scene.app}.localhost`);
      config.setIn(['review', 'database', 'image'], image);
      config.setIn(['ingress'], { port: scene.platform.ingress.port });
      for (const [name, namespace] of [
        ['staging', scene.staging],
        ['production', scene.production],
      ] as const) {
        config.setIn(['environments', name, 'cluster'], { context: 'main' });
        config.setIn(['environments', name, 'namespace'], namespace);
        config.setIn(['environments', name, 'host'], `${name}.${scene.app}.localhost`);
      }
    });
  }

  const workflow = (file: string) => join(scene.repository.folder, '.github', 'workflows', file);
  const main = async (message: string, kubeconfig: string): Promise<Ran> => {
    const environmentSecrets = { staging: { SLIPWAY_KUBECONFIG: kubeconfig } };
    return run(scene, 'main.yml', await scene.push(message), { path: workflow('main.yml'), environmentSecrets });
  };

  /** One error that says this; nothing else is asked for in the same run, and nothing was written. */
  async function expectTold(step: ActionResult, ...texts: (string | RegExp)[]): Promise<void> {
    expect(step.exitCode, step.output).toBe(1);
    const errors = step.annotations.filter(({ level }) => level === 'error');
    expect(errors, step.output).toHaveLength(1);
    for (const text of texts) expect(errors[0]?.message).toMatch(text);
  }

  it('the two guides grant the same', () => {
    const rules = (text: string) =>
      (loadAll(text) as { kind: string; metadata: { name: string }; rules: unknown }[])
        .filter(({ kind }) => kind === 'ClusterRole')
        .map(({ metadata, rules }) => [metadata.name, rules]);
    for (const name of ['rbac', 'review-rbac']) {
      expect(rules(documentBlock('docs/kubernetes.md', 'yaml', name)), name).toEqual(rules(block(name)));
    }
  });

  it('slipway.yml of README.md is one, as it stands there', () => {
    const config = parseConfig(documentBlock('README.md', 'yaml'), 'slipway.yml');
    expect(Object.keys(config.environments ?? {})).toEqual(['staging', 'production']);
  });

  it('1. a registry that cannot be reached', async () => {
    await putInOwnNames();
    await scene.configure((config) => config.setIn(['image', 'repository'], 'localhost:1/apps/parking'));
    const job = new Job(scene, await scene.push('Slipway'));
    const { exitCode, output } = await job.step('build-image');
    expect(exitCode, output).toBe(0);
    await expectTold(await job.step('push-to-registry'), /localhost:1/, /reach|connect|refused/i);
  });

  /** Only the last step again, in the job of a push whose image is in the registry, with what the sign-in would leave. */
  async function rollOut(kubeconfig: string): Promise<ActionResult> {
    const path = join(scratchFolder(), 'kubeconfig');
    await writeFile(path, kubeconfig);
    return pushed.step('rolling-update', { inputs: { environment: 'staging' }, env: { KUBECONFIG: path } });
  }

  it('2. no kubeconfig in the secret', async () => {
    await putInOwnNames();
    pushed = new Job(scene, await scene.push('Our registry'));
    for (const action of ['build-image', 'push-to-registry']) expect((await pushed.step(action)).exitCode).toBe(0);
    await expectTold(await rollOut(''), /kubeconfig is empty/, 'Is the secret set');
  });

  it('3. an account that may do nothing yet: every rule that is missing, at once', async () => {
    await accounts.createNamespaces();
    await accounts.createReader('drift');
    await accounts.createReader('plan');
    const step = await rollOut(await accounts.kubeconfig(scene.staging));
    await expectTold(step, `missing permissions in namespace ${scene.staging}`, 'create deployments', 'secrets');
    expect(step.output).toContain('apiGroups: ["apps"], resources: ["deployments"], verbs: ["get","create","patch"');
    expect(await scene.cluster.everything(`slipway.dev/app=${scene.app}`)).toEqual([]);
  });

  it('4. the Secret with the database’s address', async () => {
    await accounts.applyRoles('rbac', 'review-rbac', 'drift-rbac', 'plan-rbac');
    const step = await rollOut(await accounts.kubeconfig(scene.staging));
    await expectTold(step, 'needs the Secret parking-database, which does not exist', /kubectl .*create secret/);
  });

  it('5. then it is green: staging runs, as an account that may just what the guide gives it', async () => {
    await scene.prepare(scene.staging);
    const { jobs } = await main('A database', await accounts.kubeconfig(scene.staging));
    expect(jobs.deploy?.result, logOf(together(jobs, 'build', 'deploy'))).toBe('success');
    const { outputs } = stepOf(jobs.deploy, 'Roll out to staging');
    expect(outputs).toMatchObject({ outcome: 'succeeded', url: scene.url(`staging.${scene.app}.localhost`) });
    expect((await open(outputs.url ?? '')).text).toContain('<h1>Parking</h1>');
  });

  it('6. and so is a pull request, from open to closed', async () => {
    const secrets = { SLIPWAY_KUBECONFIG: await accounts.kubeconfig(accounts.reviews) };
    await scene.repository.branch('hello');
    const sha = await scene.commit('Hello');
    await scene.repository.git('update-ref', 'refs/pull/1/head', sha);
    const event = scene.github.actor.openPullRequest({ title: 'Hello', branch: 'hello', sha });
    const options = { path: workflow('pull-request.yml'), secrets };
    const opened = (await run(scene, 'pull-request.yml', event, options)).jobs.review;
    expect(opened?.result, logOf(opened)).toBe('success');
    const { outputs } = stepOf(opened, 'Review environment');
    expect((await open(outputs.url ?? '')).text).toContain('Harbour');
    const end = await run(scene, 'pull-request.yml', scene.github.actor.closePullRequest(1), options);
    expect(end.jobs.remove?.result, logOf(end.jobs.remove)).toBe('success');
    expect(await scene.cluster.everything(`slipway.dev/pull-request=1,slipway.dev/app=${scene.app}`)).toEqual([]);
  });
});
