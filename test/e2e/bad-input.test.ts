import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { Accounts } from '../support/e2e/accounts.ts';
import { Job } from '../support/e2e/jobs.ts';
import { type Change, jobOn, messageOf, type Refusal, refusedIn } from '../support/e2e/refusal.ts';
import { Scene } from '../support/e2e/scene.ts';
import { open } from '../support/e2e/site.ts';
import { requirePlatform } from '../support/platform.ts';
import { RegistryProxy } from '../support/registry-proxy.ts';
import { scratchFolder } from '../support/runner/scratch.ts';
import type { EditedYaml } from '../support/yaml.ts';

const platform = await requirePlatform('bad input');

const DENIED = JSON.stringify({ errors: [{ code: 'DENIED', message: 'requested access to the resource is denied' }] });
/** A kubeconfig of a cluster that is not there. */
const NOBODY_HOME = `apiVersion: v1
kind: Config
clusters: [{ name: away, cluster: { server: "https://127.0.0.1:1" } }]
users: [{ name: me, user: { token: t } }]
contexts: [{ name: away, context: { cluster: away, user: me } }]
current-context: away
`;

/**
 * What users get wrong, against real parts: each is one message that says what it is, where, and what to do; the exit code is
 * 1, and what ran before runs after it.
 */
describe.skipIf(!platform)('bad input', () => {
  let scene: Scene;
  let accounts: Accounts;
  /** What staging runs from the beginning to the end. */
  let good: string;

  beforeAll(async () => {
    if (!platform) throw new Error('no platform');
    scene = await Scene.open(platform, 'bad');
    accounts = new Accounts(scene);
    await accounts.createNamespaces();
    await accounts.applyRoles('rbac');
    await scene.makeSmall('good');
    await scene.configure((config) => config.set('review', { host: `pr-{number}.${scene.app}.localhost` }));
    const job = new Job(scene, await scene.push('A good one'));
    for (const action of ['build-image', 'push-to-registry', 'rolling-update']) {
      const result = await job.step(action);
      expect(result.exitCode, result.output).toBe(0);
      good = result.outputs.reference ?? good;
    }
  });
  afterEach(async () => {
    await scene.repository.git('reset', '--quiet', '--hard', 'main');
    expect(scene.github.actor.violations()).toEqual([]);
  });
  afterAll(async () => {
    await accounts?.remove();
    await scene?.close();
  });

  const jobWith = (change?: Change) => jobOn(scene, change);
  const refused = (action: string, refusal: Refusal) => refusedIn(scene, action, refusal);

  const file = async (text: string): Promise<string> => {
    const path = join(scratchFolder(), 'kubeconfig');
    await writeFile(path, text);
    return path;
  };

  describe('slipway.yml', () => {
    it.each<[string, (config: EditedYaml) => void, RegExp]>([
      [
        'a wrong key',
        (c) => c.setIn(['deploy', 'prot'], 1),
        /^slipway\.yml:\d+:\d+: unknown key "prot" .*did you mean "port"/,
      ],
      [
        'a wrong type',
        (c) => c.setIn(['deploy', 'replicas'], 'two'),
        /^slipway\.yml:\d+:\d+: deploy\.replicas: .*number/,
      ],
      [
        'a host name that is none',
        (c) => c.setIn(['environments', 'staging', 'host'], 'Staging_1.example.com'),
        /^slipway\.yml:\d+:\d+: environments\.staging\.host: .*host name/,
      ],
      [
        'a host name of reviews',
        (c) => c.setIn(['review', 'host'], 'pr {number}'),
        /^slipway\.yml:\d+:\d+: review\.host: .*host name/,
      ],
    ])('%s', async (_what, change, told) => {
      expect(await refused('rolling-update', { change })).toMatch(told);
    });
  });

  describe('the build', () => {
    it('no Dockerfile', async () => {
      const message = await refused('build-image', { files: { Dockerfile: null } });
      expect(message).toMatch(/Dockerfile/);
      expect(message).toMatch(/image\.dockerfile|dockerfile/);
    });

    it('a Dockerfile that fails: its line, and the last lines that it printed', async () => {
      const text = [
        'FROM localhost:5000/library/python:3.11-flask',
        'RUN echo compiling && echo "no such module: parking" >&2 && exit 7',
      ];
      const message = await refused('build-image', { files: { Dockerfile: `${text.join('\n')}\n` } });
      expect(message).toMatch(/^Dockerfile:2: RUN echo compiling.* exit code 7/);
      expect(message).toContain('no such module: parking');
    });
  });

  describe('an image that nobody can reach', () => {
    it.each([
      ['on 127.0.0.1 only', ['python3', 'db/serve.py', '127.0.0.1', '8080']],
      ['on another port', ['python3', 'db/serve.py', '0.0.0.0', '9090']],
    ])('it listens %s: what was there before comes back', async (_what, command) => {
      const job = await jobWith((config) => config.setIn(['deploy', 'command'], command));
      for (const action of ['build-image', 'push-to-registry']) expect((await job.step(action)).exitCode).toBe(0);
      const result = await job.step('rolling-update', { inputs: { timeout: '8s' } });
      const message = messageOf(result);
      expect(result.outputs.outcome).toBe('rolled-back');
      expect(message).toContain('nothing listens on port 8080 of the pod');
      expect(message).toContain('Make it listen on 0.0.0.0:8080, or correct deploy.port');
      expect(await scene.cluster.imageOf(scene.staging, scene.app)).toBe(good);
      const url = scene.url(`staging.${scene.app}.localhost`, '/version.txt');
      expect(await open(url)).toMatchObject({ status: 200, text: 'good\n' });
    });
  });

  describe('a registry that refuses', () => {
    let front: RegistryProxy;
    beforeAll(async () => {
      const login = { kind: 'basic', username: 'deployer', password: 'not this one' } as const;
      front = await RegistryProxy.start(scene.platform.registry, login);
    });
    afterAll(() => front?.close());
    const repository = (config: EditedYaml) => config.setIn(['image', 'repository'], `${front.host}/${scene.images}`);

    it('who is not signed in (401)', async () => {
      const message = await refused('push-to-registry', { change: repository, after: ['build-image'] });
      expect(message).toContain(`registry ${front.host} requires a login, and the job has none`);
      expect(message).toContain(`Put docker/login-action (registry: ${front.host}) before this step`);
    });

    it('who may only read (403)', async () => {
      const reader = await RegistryProxy.start(scene.platform.registry);
      reader.fail(/^(POST|PUT|PATCH) /, 1_000, 403, { 'content-type': 'application/json' }, DENIED);
      const name = `${reader.host}/${scene.images}`;
      const change = (config: EditedYaml) => config.setIn(['image', 'repository'], name);
      const message = await refused('push-to-registry', { change, after: ['build-image'] }).finally(() =>
        reader.close(),
      );
      expect(message).toContain(name);
      expect(message).toMatch(/write|push|denied|permission/i);
    });
  });

  describe('the cluster', () => {
    const inputs = () => ({ image: good });

    it('cannot be reached', async () => {
      const env = { KUBECONFIG: await file(NOBODY_HOME) };
      const message = await refused('rolling-update', { inputs: inputs(), env });
      expect(message).toContain('cluster away (https://127.0.0.1:1) cannot be reached');
      expect(message).toContain('Nothing listens at this address: check that the cluster is up, and the port.');
    });

    it('does not know the credentials', async () => {
      const text = await accounts.kubeconfig(scene.staging);
      const env = { KUBECONFIG: await file(text.replace(/token: "[^"]+"/, 'token: "expired"')) };
      const message = await refused('rolling-update', { inputs: inputs(), env });
      expect(message).toContain('does not accept the credentials (401 Unauthorized)');
      expect(message).toContain('sign in again');
    });

    it('allows something else: staging’s account in production, and for a review', async () => {
      const env = { KUBECONFIG: await file(await accounts.kubeconfig(scene.staging)) };
      const change = (config: EditedYaml) => config.setIn(['environments', 'staging', 'namespace'], scene.production);
      const message = await refused('rolling-update', { inputs: inputs(), env, change });
      expect(message).toContain(`missing permissions in namespace ${scene.production}: `);
      expect(message).toContain('create deployments');
      scene.github.actor.openPullRequest({ title: 'Reviewed', branch: 'reviewed' });
      const review = await refused('review-environment', {
        inputs: { ...inputs(), operation: 'up', number: '1' },
        env,
      });
      expect(review).toMatch(
        /^no permission to get namespaces\n.*:slipway\n.*Add to a ClusterRole that is bound to this user/,
      );
      expect(await scene.cluster.everything(`slipway.dev/app=${scene.app},slipway.dev/pull-request=1`)).toEqual([]);
    });

    it('refuses one of the objects: none of them is written', async () => {
      const change = (config: EditedYaml) => {
        config.setIn(['deploy', 'env'], { EDITION: 'second' });
        config.setIn(['ingress', 'class'], 'No Such Class');
      };
      const message = await refused('rolling-update', { inputs: inputs(), change });
      expect(message).toMatch(/^Ingress .*: the API server refuses it/);
      expect(message).toContain('spec.ingressClassName');
      expect(message).toContain('Correct these fields');
    });

    it('could not get the image: it is not in the registry', async () => {
      const image = `${scene.imageRepository}@sha256:${'0'.repeat(64)}`;
      const message = await refused('rolling-update', { inputs: { image } });
      expect(message).toContain(`image ${image} was not found in the registry`);
      expect(message).toContain('push-to-registry');
    });

    it('has no such namespace, and the account may not make it', async () => {
      const role = 'rbac.authorization.k8s.io';
      const roleRef = { apiGroup: role, kind: 'ClusterRole', name: `${scene.app}-deployer` };
      const subjects = [{ kind: 'ServiceAccount', name: 'slipway', namespace: scene.staging }];
      const metadata = { name: `${scene.app}-everywhere` };
      const path = `/apis/${role}/v1/clusterrolebindings`;
      await scene.cluster.create(path, {
        apiVersion: `${role}/v1`,
        kind: 'ClusterRoleBinding',
        metadata,
        roleRef,
        subjects,
      });
      try {
        const env = { KUBECONFIG: await file(await accounts.kubeconfig(scene.staging)) };
        const namespace = `${scene.app}-nowhere`;
        const message = await refused('rolling-update', { inputs: { ...inputs(), namespace }, env });
        expect(message).toContain(`namespace ${namespace} of environment staging does not exist`);
        expect(message).toContain(`kubectl create namespace ${namespace}`);
      } finally {
        await scene.cluster.remove(`${path}/${metadata.name}`);
      }
    });
  });

  describe('GitHub’s permissions', () => {
    it('without those to tell, the environment is up, and what is missing is named', async () => {
      await scene.repository.branch('quiet');
      const sha = await scene.commit('Quiet');
      const event = scene.github.actor.openPullRequest({ title: 'Quiet', branch: 'quiet', sha });
      const number = Number(event.payload.number);
      const job = new Job(scene, event);
      const token = scene.github.actor.addToken({ metadata: 'read', contents: 'read', pull_requests: 'read' });
      const result = await job.step('review-environment', { inputs: { operation: 'up', image: good }, token });
      expect(result.exitCode, result.output).toBe(0);
      expect(result.outputs).toMatchObject({ outcome: 'succeeded', state: 'ready' });
      const missing = result.annotations.filter(({ level }) => level === 'warning').map(({ message }) => message);
      expect(missing.sort()).toEqual([
        expect.stringMatching(/the comment .* lacks "pull-requests: write"/),
        expect.stringMatching(/the deployment .* lacks "deployments: write"/),
      ]);
      expect(scene.github.actor.comments(number)).toEqual([]);
      const down = await new Job(scene, scene.github.actor.closePullRequest(number)).step('review-environment', {
        token,
      });
      expect(down.exitCode, down.output).toBe(0);
      expect(await scene.cluster.everything(`slipway.dev/app=${scene.app},slipway.dev/pull-request=${number}`)).toEqual(
        [],
      );
    });

    it('without the one to see who guards production, nothing is promoted', async () => {
      scene.github.actor.protectEnvironment('production', { requiredReviewers: true });
      const token = scene.github.actor.addToken({ metadata: 'read', contents: 'read' });
      const message = await refused('promote', { token });
      expect(message).toMatch(/actions: read/);
      expect(await scene.cluster.everything(`slipway.dev/app=${scene.app},slipway.dev/environment=production`)).toEqual(
        [],
      );
    });
  });
});
