import { describe, expect, it } from 'vitest';
import { systemClock } from '../../../src/adapters/clock/system-clock.ts';
import { UserError } from '../../../src/errors.ts';
import { FIELD_MANAGER } from '../../../src/objects/names.ts';
import type { Clock, KubeObject } from '../../../src/ports.ts';
import { isReadyPod, podView } from '../../../src/readiness/pod-view.ts';
import { type RollOutReport, rollOut } from '../../../src/stages/apply/roll-out.ts';
import { jumpingClock } from '../../support/jumping-clock.ts';
import { memoryLog, ownNamespace } from '../../support/kube/cluster.ts';
import { serve, servingApp } from '../../support/kube/real.ts';
import { appObjects, migrationJob, type OneApp } from '../../support/kube/spec.ts';
import { kubeSuite } from '../../support/kube/suite.ts';
import { requirePlatform } from '../../support/platform.ts';

const test = await requirePlatform('rollouts against the real cluster');

describe.skipIf(!test).concurrent('a rollout on the real cluster', () => {
  const { cluster, namespaces } = kubeSuite(test);

  /** Each test has a namespace of its own, so that they run side by side. */
  async function scene() {
    if (!test || !cluster) throw new Error('no platform');
    const { name, remove } = await ownNamespace(cluster, 'rollout');
    namespaces.push(remove);
    const log = memoryLog();
    const run = (
      objects: KubeObject[],
      jobs: KubeObject[] = [],
      clock: Clock = systemClock,
    ): Promise<RollOutReport> => {
      const signal = new AbortController().signal;
      const request = { namespace: name, objects, jobs, deadlineMs: 300_000, fieldManager: FIELD_MANAGER, signal };
      return rollOut({ ...request, onProgress: (text) => log.info(text) }, { cluster, clock, log });
    };
    const app = (overrides: Partial<OneApp> = {}) => servingApp(test, name, overrides);
    const deploy = (overrides: Partial<OneApp> = {}) => run(appObjects(app(overrides)));
    /** Until its time is over, which is when this reason of waiting was told. */
    const deployUntil = (reason: string, overrides: Partial<OneApp>) =>
      run(
        appObjects(app(overrides)),
        [],
        jumpingClock(() => log.lines.some((line) => line.includes(reason))),
      );
    return { cluster, namespace: name, log, run, app, deploy, deployUntil };
  }

  const told = (report: RollOutReport) =>
    [report.error?.message, ...(report.error?.details ?? []), report.error?.remedy].join('\n');

  it('of a new app, and of its next version', async () => {
    const { deploy, cluster: kube, namespace } = await scene();
    expect(await deploy()).toMatchObject({ outcome: 'ready', wrote: true });
    const report = await deploy({ env: { VERSION: '2' } });
    expect(report.outcome).toBe('ready');
    const pods = await kube.list(
      { apiVersion: 'v1', kind: 'Pod' },
      { namespace, labelSelector: 'slipway.dev/app=web' },
    );
    expect(pods.filter((pod) => isReadyPod(podView(pod)) && JSON.stringify(pod.spec).includes('VERSION'))).toHaveLength(
      1,
    );
  });

  it('of an image that is missing fails in seconds, while the old pods serve (K2)', async () => {
    const { deploy } = await scene();
    await deploy();
    const report = await deploy({ image: `${test?.platform.registry}/kube/none@sha256:${'a'.repeat(64)}` });
    expect(report.outcome).toBe('failed');
    expect(told(report)).toContain('was not found in the registry (seen on');
    expect(told(report)).toContain('1 old pod keeps serving');
    expect(told(report)).toContain('Push it first (output `reference` of push-to-registry)');
  });

  it('of an app that crashes shows its last lines, which command nothing (K3)', async () => {
    const { deploy } = await scene();
    const report = await deploy({ command: 'echo "::error::boo"; echo no database >&2; exit 4' });
    expect(report.outcome).toBe('failed');
    expect(told(report)).toContain('crashes on every start (exit code 4, 2 times)');
    expect(told(report)).toContain('no database');
    expect(told(report)).not.toMatch(/^\s*::error/m);
  });

  it('of a command that is not in the image', async () => {
    const { deploy } = await scene();
    expect(told(await deploy({ command: ['nosuchprogram'] }))).toContain(
      'exec: "nosuchprogram": executable file not found',
    );
  });

  it('of an app that listens on 127.0.0.1 only says so (K4)', async () => {
    const { deployUntil } = await scene();
    const report = await deployUntil('nothing listens', { command: serve(8080, '127.0.0.1') });
    expect(report.outcome).toBe('failed');
    expect(told(report)).toContain('nothing listens on port 8080 of the pod (GET /: connection refused)');
    expect(told(report)).toContain('The app listens on 127.0.0.1 only, or on another port than 8080');
  });

  it('of an app whose health check fails tells its last answer (K4)', async () => {
    const { deployUntil } = await scene();
    const report = await deployUntil('GET /none answered 404', { health: '/none' });
    expect(report).toMatchObject({ outcome: 'failed' });
    expect(told(report)).toContain('GET /none answered 404');
  });

  it('of an app whose Secret is missing names it', async () => {
    const { deploy } = await scene();
    expect(told(await deploy({ secrets: ['database'] }))).toContain('needs the Secret database, which does not exist');
  });

  it('of an app whose Secret an operator makes waits for it', async () => {
    const { run, app, namespace, cluster: kube } = await scene();
    const definition = definitionOf(namespace, 'ExternalSecret', { type: 'object' });
    const wanted = {
      apiVersion: `${namespace}.acme.dev/v1`,
      kind: 'ExternalSecret',
      metadata: { name: 'database', namespace },
    };
    const needsIt = async () => {
      const pods = await kube.list({ apiVersion: 'v1', kind: 'Pod' }, { namespace });
      return JSON.stringify(pods).includes('CreateContainerConfigError');
    };
    const operate = async () => {
      while (!(await needsIt())) await systemClock.sleep(100);
      await systemClock.sleep(5_000);
      const secret = { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'database', namespace } };
      await kube.apply({ ...secret, stringData: { URL: 'x' } }, { fieldManager: 'operator' });
    };
    try {
      const objects = [definition, wanted, ...appObjects(app({ secrets: ['database'] }))];
      const [report] = await Promise.all([run(objects), operate()]);
      expect(report.outcome, told(report)).toBe('ready');
    } finally {
      await kube.delete({ apiVersion: definition.apiVersion, kind: definition.kind, name: definition.metadata.name });
    }
  });

  it('that a quota refuses says which (K6)', async () => {
    const { deploy, cluster: kube, namespace } = await scene();
    await deploy();
    const quota = { apiVersion: 'v1', kind: 'ResourceQuota', metadata: { name: 'small', namespace } };
    await kube.apply({ ...quota, spec: { hard: { pods: '1' } } }, { fieldManager: 'test' });
    while ((await kube.get({ ...quota, name: 'small', namespace }))?.status === undefined) await systemClock.sleep(100);
    const report = await deploy({ env: { VERSION: '2' } });
    expect(told(report)).toContain('refused by a quota of the namespace: exceeded quota: small');
  });

  it('that Pod Security refuses says what it wants', async () => {
    const { deploy, cluster: kube, namespace } = await scene();
    const labels = { 'pod-security.kubernetes.io/enforce': 'restricted' };
    await kube.apply(
      { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace, labels } },
      { fieldManager: 'test' },
    );
    expect(told(await deploy())).toContain(
      'refused by the Pod Security of the namespace: violates PodSecurity "restricted',
    );
  });

  it('of a paused Deployment is refused before anything is written (K9)', async () => {
    const { deploy, cluster: kube, namespace } = await scene();
    await deploy();
    const paused = {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'web', namespace },
      spec: { paused: true },
    };
    await kube.apply(paused, { fieldManager: 'somebody' });
    await expect(deploy({ env: { VERSION: '2' } })).rejects.toThrow(`${namespace}/web is paused`);
  });

  it('of three objects, two of them wrong, writes none and tells both (K21)', async () => {
    const { run, app, cluster: kube, namespace } = await scene();
    const [deployment, service] = appObjects(app());
    const wrong = (object: KubeObject | undefined, spec: object): KubeObject => ({
      ...(object as KubeObject),
      spec: { ...(object?.spec as object), ...spec },
    });
    const config = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'good', namespace }, data: { a: 'b' } };
    const objects = [config, wrong(deployment, { replicas: -1 }), wrong(service, { type: 'Nothing' })];
    const error = await run(objects).then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
    expect(error).toBeInstanceOf(UserError);
    expect(String(error)).toContain('the cluster refuses 2 of 3 objects; nothing was written');
    expect((error as UserError).details.join('\n')).toMatch(/spec\.replicas.*spec\.type/s);
    expect(await kube.get({ apiVersion: 'v1', kind: 'ConfigMap', name: 'good', namespace })).toBeUndefined();
  });

  it('runs a migration once, with its log, before the app (K34)', async () => {
    const { run, app, log } = await scene();
    const spec = app();
    const migrate = () => run(appObjects(spec), [migrationJob(spec, 'echo migrated the lots')]);
    expect((await migrate()).outcome).toBe('ready');
    expect(log.lines.join('\n')).toContain('|   migrated the lots');
    log.lines.length = 0;
    expect((await migrate()).outcome).toBe('ready');
    expect(log.lines.join('\n')).toContain('has completed before, not run again');
    expect(log.lines).not.toContain('|   migrated the lots');
  });

  it('whose migration fails does not touch the app, and runs it again the next time', async () => {
    const { run, app, cluster: kube, namespace } = await scene();
    const spec = app();
    const secret = { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'database', namespace } };
    const job = () =>
      migrationJob({ ...spec, secrets: ['database'] }, 'test -n "$READY" || { echo "no such table: lots"; exit 3; }');
    await kube.apply(secret, { fieldManager: 'test' });
    const report = await run(appObjects(spec), [job()]);
    expect(report).toMatchObject({ outcome: 'failed', wroteWorkloads: false });
    expect(told(report)).toContain('ended with exit code 3');
    expect(told(report)).toContain('no such table: lots');
    expect(await kube.get({ apiVersion: 'apps/v1', kind: 'Deployment', name: 'web', namespace })).toBeUndefined();
    await kube.apply({ ...secret, stringData: { READY: 'yes' } }, { fieldManager: 'test' });
    const next = await run(appObjects(spec), [job()]);
    expect(told(next)).toBe('\n');
    expect(next.outcome).toBe('ready');
  });

  it('defines a kind and uses it in one run (K22)', async () => {
    const { run, namespace, cluster: kube } = await scene();
    const definition = definitionOf(namespace, 'Lot', {
      type: 'object',
      properties: { spec: { type: 'object', properties: { spaces: { type: 'integer' } } } },
    });
    const lot = (spaces: unknown): KubeObject => ({
      apiVersion: `${namespace}.acme.dev/v1`,
      kind: 'Lot',
      metadata: { name: 'north', namespace },
      spec: { spaces },
    });
    try {
      const refused = await run([lot('many'), definition]);
      expect(refused.outcome).toBe('failed');
      expect(told(refused)).toContain('expected numeric');
      expect((await run([lot(40), definition])).outcome).toBe('ready');
    } finally {
      await kube.delete({ apiVersion: definition.apiVersion, kind: definition.kind, name: definition.metadata.name });
    }
  });
});

/** Of a kind that no other test has. */
function definitionOf(namespace: string, kind: string, openAPIV3Schema: object): KubeObject {
  const group = `${namespace}.acme.dev`;
  const names = { kind, plural: `${kind.toLowerCase()}s` };
  const version = { name: 'v1', served: true, storage: true, schema: { openAPIV3Schema } };
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: `${names.plural}.${group}` },
    spec: { group, names, scope: 'Namespaced', versions: [version] },
  };
}
