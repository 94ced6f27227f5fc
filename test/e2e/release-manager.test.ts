import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { Accounts } from '../support/e2e/accounts.ts';
import { Job, logOf, run, stepOf, type WorkflowOptions } from '../support/e2e/jobs.ts';
import { Scene } from '../support/e2e/scene.ts';
import { open } from '../support/e2e/site.ts';
import { nodeVersion } from '../support/node-versions.ts';
import { requirePlatform } from '../support/platform.ts';

const platform = await requirePlatform('the release manager’s promotion');

describe.skipIf(!platform)('a release manager promotes', () => {
  let scene: Scene;
  let accounts: Accounts;
  /** Of the ServiceAccounts that docs/kubernetes.md gives to production, and to the job before the approval. */
  let production: string;
  let plan: string;
  /** By digest: what staging runs, and a later one. */
  let first: string;
  let second: string;

  beforeAll(async () => {
    if (!platform) throw new Error('no platform');
    scene = await Scene.open(platform, 'rel');
    accounts = new Accounts(scene);
    await accounts.createNamespaces();
    await accounts.applyRoles('rbac', 'plan-rbac');
    plan = await accounts.kubeconfig(await accounts.createReader('plan'));
    production = await accounts.kubeconfig(scene.production);
    first = await toStaging('1');
  });
  afterEach(() => expect(scene.github.actor.violations()).toEqual([]));
  afterAll(async () => {
    await accounts?.remove();
    await scene?.close();
  });

  /** A version that staging runs; or one that is only in the registry. */
  async function toStaging(version: string, rollOut = true): Promise<string> {
    await scene.makeSmall(version);
    const job = new Job(scene, await scene.push(`Version ${version}`));
    const actions = ['build-image', 'push-to-registry'];
    for (const action of actions) {
      const result = await job.step(action);
      expect(result.exitCode, result.output).toBe(0);
      if (action === 'push-to-registry') second = result.outputs.reference ?? '';
    }
    if (rollOut) {
      const { exitCode, output } = await job.step('rolling-update', { inputs: { image: second } });
      expect(exitCode, output).toBe(0);
    }
    return second;
  }

  /** On a machine whose Node is a newer one than that of the other tests. */
  const promote = async (inputs: Record<string, string> = {}, options: WorkflowOptions = {}) => {
    const given: WorkflowOptions = {
      folder: 'complete/kubernetes',
      secrets: { SLIPWAY_PLAN_KUBECONFIG: plan },
      environmentSecrets: { production: { SLIPWAY_KUBECONFIG: production } },
      node: await nodeVersion(24),
    };
    return (await run(scene, 'promote.yml', scene.github.actor.dispatch(inputs), { ...given, ...options })).jobs;
  };
  /** A pod of the version before may answer until it has drained. */
  const answers = (version: string) => expect.poll(() => page(), { timeout: 120_000 }).toBe(`${version}\n`);
  const page = async () => (await open(scene.url(`${scene.app}.localhost`, '/version.txt'))).text;
  const inProduction = () => scene.cluster.snapshot(scene.production);
  const refusal = (jobs: Awaited<ReturnType<typeof promote>>) => {
    const step = stepOf(jobs.plan, 'What would change');
    expect(step.exitCode, step.output).toBe(1);
    expect(jobs.promote?.result).toBe('skipped');
    expect(step.outputs.outcome).toBe('failed');
    return step.annotations.filter(({ level }) => level === 'error').map(({ message }) => message);
  };

  it('not to an environment that nobody guards, be it unknown or without rules', async () => {
    const before = await inProduction();
    expect(refusal(await promote())).toEqual([expect.stringContaining('there is no GitHub environment production')]);
    scene.github.actor.protectEnvironment('production', {});
    expect(refusal(await promote())).toEqual([
      expect.stringMatching(/production has no protection rules\n.*required reviewers/),
    ]);
    expect(await inProduction()).toEqual(before);
    scene.github.actor.protectEnvironment('production', {
      requiredReviewers: true,
      branchPolicy: true,
      approvedBy: 'mona',
    });
  });

  it('not into a namespace that is not there, and does not make one', async () => {
    const job = new Job(scene, scene.github.actor.dispatch({}));
    const namespace = `${scene.app}-nowhere`;
    const result = await job.step('promote', { inputs: { namespace } });
    expect(result.exitCode, result.output).toBe(1);
    expect(result.annotations.map(({ message }) => message)).toEqual([
      expect.stringContaining(`namespace ${namespace} of environment production does not exist`),
    ]);
    expect(result.output).toContain(`kubectl create namespace ${namespace}`);
    expect(await scene.cluster.find(`/api/v1/namespaces/${namespace}`)).toBeUndefined();
  });

  it('not approved: what would change is shown, and nothing has changed', async () => {
    const before = await inProduction();
    const jobs = await promote({}, { approve: () => false });
    expect(jobs.plan?.result, logOf(jobs.plan)).toBe('success');
    const { summary, outputs } = stepOf(jobs.plan, 'What would change');
    expect([outputs.reference, jobs.plan?.outputs]).toEqual([first, { reference: first }]);
    for (const kind of ['Deployment', 'Service', 'Ingress']) expect(summary).toContain(kind);
    expect(jobs.promote?.steps).toEqual([]);
    expect(await inProduction()).toEqual(before);
  });

  it('approved: production runs the digest that staging runs', async () => {
    const jobs = await promote();
    expect(jobs.promote?.result, logOf(jobs.promote)).toBe('success');
    const { outputs, annotations } = stepOf(jobs.promote, 'Promote');
    expect(outputs).toMatchObject({ outcome: 'succeeded', reference: first, revision: '1' });
    expect(annotations, 'F11: the roles of the guide are complete').toEqual([]);
    expect(await scene.cluster.imageOf(scene.staging, scene.app)).toBe(first);
    expect(await scene.cluster.imageOf(scene.production, scene.app)).toBe(first);
    expect(new Set(await scene.cluster.running(scene.production, scene.app))).toEqual(new Set([first]));
    await answers('1');
  });

  it('a second time: unchanged', async () => {
    const before = await inProduction();
    const jobs = await promote();
    expect(jobs.promote?.result, logOf(jobs.promote)).toBe('success');
    expect(stepOf(jobs.promote, 'Promote').outputs).toMatchObject({ outcome: 'unchanged', reference: first });
    expect(await inProduction()).toEqual(before);
  });

  it('no digest that staging does not run', async () => {
    const before = await inProduction();
    await toStaging('2', false);
    expect(second).not.toBe(first);
    expect(refusal(await promote({ image: second }))).toEqual([
      expect.stringContaining(`staging runs ${first} (${scene.app}-1), not ${second}`),
    ]);
    expect(await inProduction()).toEqual(before);
  });

  it('not what staging has come to run after the approval was asked for', async () => {
    const before = await inProduction();
    const jobs = await promote({}, { approve: async () => Boolean(await toStaging('3')) });
    const step = stepOf(jobs.promote, 'Promote');
    expect(step.exitCode, step.output).toBe(1);
    expect(step.output).toContain(`staging runs ${second} (${scene.app}-2), not ${first}`);
    expect(await inProduction()).toEqual(before);
  });

  it('F9: and an account that may only read shows it before, without a warning', async () => {
    const before = await inProduction();
    const { plan: looked } = await promote({}, { approve: () => false });
    const { exitCode, output, annotations, summary } = stepOf(looked, 'What would change');
    expect(exitCode, output).toBe(0);
    expect(annotations).toEqual([]);
    expect(output).not.toMatch(/^::warning/m);
    const words =
      'not by the API server: this account may not write the objects, which are compared with the live ones and checked';
    expect(summary).toContain(words);
    expect(output).toContain(`containers[${scene.app}].image: "${first}" → "${second}"`);
    expect(output).toMatch(/0 of|1 of \d objects would change/);
    expect(await inProduction()).toEqual(before);
  });

  it('and the next time what it runs then', async () => {
    const jobs = await promote();
    expect(jobs.promote?.result, logOf(jobs.promote)).toBe('success');
    expect(await scene.cluster.imageOf(scene.production, scene.app)).toBe(second);
    await answers('3');
  });
});
