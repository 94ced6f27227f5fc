import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { repositoryRoot } from '../../local/demo/root.ts';
import type { ActionResult } from '../support/action-runner.ts';
import { Accounts } from '../support/e2e/accounts.ts';
import { Job, logOf, run, stepOf } from '../support/e2e/jobs.ts';
import { Scene } from '../support/e2e/scene.ts';
import { FULL } from '../support/github-double/tokens.ts';
import { requirePlatform } from '../support/platform.ts';

const platform = await requirePlatform('the look for drift');

/** Somebody changes a server by hand, on staging only; drift.yml tells, as the account that docs/kubernetes.md gives it. */
describe.skipIf(!platform)('drift', () => {
  let scene: Scene;
  let accounts: Accounts;
  let kubeconfig: string;

  beforeAll(async () => {
    if (!platform) throw new Error('no platform');
    scene = await Scene.open(platform, 'dft');
    accounts = new Accounts(scene);
    await accounts.createNamespaces();
    const namespace = await accounts.createReader('drift');
    await accounts.applyRoles('drift-rbac');
    kubeconfig = await accounts.kubeconfig(namespace);
    await scene.makeSmall('1', 2);
    await rollOut('Version 1');
  });
  afterEach(() => expect(scene.github.actor.violations()).toEqual([]));
  afterAll(async () => {
    await accounts?.remove();
    await scene?.close();
  });

  async function rollOut(message: string): Promise<void> {
    const job = new Job(scene, await scene.push(message));
    for (const action of ['build-image', 'push-to-registry', 'rolling-update']) {
      const { exitCode, output } = await job.step(action);
      expect(exitCode, output).toBe(0);
    }
  }

  async function look(): Promise<ActionResult> {
    const secrets = { SLIPWAY_DRIFT_KUBECONFIG: kubeconfig };
    const event = scene.github.actor.schedule('17 5 * * *');
    const { jobs } = await run(scene, 'drift.yml', event, { folder: 'kubernetes', secrets });
    expect(jobs.drift?.result, logOf(jobs.drift)).toBe('success');
    return stepOf(jobs.drift, 'Look for drift');
  }
  const staging = (...args: string[]) => scene.kubectl('--namespace', scene.staging, ...args);
  const issues = () => scene.github.actor.issues().map(({ title, state }) => [title, state]);
  const issueWrites = () => scene.github.actor.writes();

  it('is not there after a release; an environment without one is no drift either', async () => {
    const { outputs, summary } = await look();
    expect(outputs).toMatchObject({ outcome: 'succeeded', drifted: 'false' });
    expect(summary).toContain('has no release to compare with');
    expect(issues()).toEqual([]);
    const report = JSON.parse(readFileSync(outputs.report ?? '', 'utf8'));
    const schema = JSON.parse(readFileSync(join(repositoryRoot, 'schema', 'drift.schema.json'), 'utf8'));
    expect(new Ajv2020({ strict: false }).validate(schema, report)).toBe(true);
    expect(report.environments.map(({ notes }: { notes: string[] }) => notes)).toEqual([[], [expect.any(String)]]);
  });

  it('is told by an issue, a warning and the summary, once', async () => {
    await staging('set', 'env', `deployment/${scene.app}`, 'DEBUG=1');
    await scene.cluster.remove(`/apis/policy/v1/namespaces/${scene.staging}/poddisruptionbudgets/${scene.app}`);
    const { outputs, summary, annotations } = await look();
    expect(outputs).toMatchObject({
      outcome: 'succeeded',
      drifted: 'true',
      issue: expect.stringContaining('/issues/1'),
    });
    const added = `Deployment ${scene.app}: spec.template.spec.containers[${scene.app}].env[DEBUG]: added, by kubectl-set at`;
    const warnings = annotations.filter(({ level }) => level === 'warning').map(({ message }) => message);
    expect(warnings).toEqual([expect.stringContaining(added)]);
    expect(warnings[0]).toContain(`PodDisruptionBudget ${scene.app}: deleted`);
    const shown = summary.replaceAll('<wbr>', '').replace(/&#(\d+);/g, (_, code) => String.fromCodePoint(Number(code)));
    expect(shown).toMatch(
      /\| <code>spec\.template\.spec\.containers\[.*\]\.env\[DEBUG\]<\/code> \| \(none\) \| .* \| `?kubectl-set`? \|/,
    );
    expect(issues()).toEqual([[`Drift: ${scene.app} in staging (${scene.staging})`, 'open']]);
    const before = issueWrites().length;
    expect((await look()).outputs.drifted).toBe('true');
    expect(issueWrites()).toHaveLength(before);
  });

  it('ends with the next release, and so does the issue', async () => {
    await staging('set', 'env', `deployment/${scene.app}`, 'DEBUG-');
    await rollOut('Version 1 again');
    expect((await look()).outputs).toMatchObject({ outcome: 'succeeded', drifted: 'false' });
    expect(issues()).toEqual([[`Drift: ${scene.app} in staging (${scene.staging})`, 'closed']]);
  });

  it('that cannot be told makes the step fail; one that nobody asked for may, too', async () => {
    await staging('scale', `deployment/${scene.app}`, '--replicas=1');
    const job = new Job(scene, scene.github.actor.dispatch({}));
    const { issues: _, ...rest } = FULL;
    const token = scene.github.actor.addToken({ ...rest, issues: 'read' });
    const silent = await job.step('drift', { inputs: { issue: 'true' }, token });
    expect(silent.exitCode, silent.output).toBe(1);
    expect(silent.output).toContain('Add `issues: write` to `permissions:`');
    expect(silent.outputs).toMatchObject({ outcome: 'failed', drifted: 'true' });
    const strict = await job.step('drift', { inputs: { environment: 'staging', 'fail-on-drift': 'true' } });
    expect(strict.exitCode, strict.output).toBe(1);
    expect(strict.output).toContain(`Deployment ${scene.app}: spec.replicas: 2 → 1, by kubectl`);
  });

  it('is looked for by an account that can write nothing', async () => {
    const account = scene.cluster.as(`system:serviceaccount:${scene.app}-drift:slipway`);
    const path = `/api/v1/namespaces/${scene.staging}/configmaps`;
    const tried = { metadata: { name: 'tried' } };
    await expect(account.create(path, tried)).rejects.toThrow('make none');
    await account.create(`${path}?dryRun=All`, tried);
  });
});
