import { afterAll, describe, expect, it } from 'vitest';
import { chartFiles, folder, toolIn } from '../../support/kube/chart.ts';
import { adminCluster } from '../../support/kube/cluster.ts';
import { deliveryScene } from '../../support/kube/delivery.ts';
import { requirePlatform } from '../../support/platform.ts';

const test = await requirePlatform('hooks of a Helm chart');

const STORE = `apiVersion: v1
kind: Secret
metadata:
  name: store
  annotations: { helm.sh/hook: "pre-install,pre-upgrade", helm.sh/hook-weight: "-5" }
stringData: { password: correct-horse }
`;

const job = (name: string, annotations: string, command: string) => `apiVersion: batch/v1
kind: Job
metadata: { name: ${name}, annotations: { ${annotations} } }
spec:
  backoffLimit: 0
  template:
    spec:
      restartPolicy: Never
      containers:
        - { name: main, image: IMAGE, command: [sh, -c, '${command}'] ,
            env: [{ name: PASSWORD, valueFrom: { secretKeyRef: { name: store, key: password } } }] }
`;

const HOOKS = {
  'store.yaml': STORE,
  'migrate.yaml': job('migrate', 'helm.sh/hook: "pre-install,pre-upgrade"', 'echo migrated with $PASSWORD'),
  'notify.yaml': job(
    'notify',
    'helm.sh/hook: "post-install,post-upgrade", helm.sh/hook-delete-policy: "before-hook-creation,hook-succeeded"',
    'echo all is ready',
  ),
  'first.yaml': job('first', 'helm.sh/hook: pre-install', 'echo only once'),
  'test.yaml': job('smoke', 'helm.sh/hook: test', 'exit 1'),
  'back.yaml': job('back', 'helm.sh/hook: "post-rollback,pre-delete"', 'exit 1'),
  'worker.yaml': `apiVersion: apps/v1
kind: Deployment
metadata: { name: worker, annotations: { helm.sh/hook: "post-install,post-upgrade" } }
spec:
  selector: { matchLabels: { app: worker } }
  template:
    metadata: { labels: { app: worker } }
    spec: { containers: [{ name: main, image: IMAGE, command: [sleep, inf] }], terminationGracePeriodSeconds: 0 }
`,
};

describe.skipIf(!test)('hooks of a chart', () => {
  const admin = test ? adminCluster(test.platform) : undefined;
  const removing: (() => Promise<void>)[] = [];
  afterAll(async () => {
    await Promise.all(removing.map((remove) => remove()));
    admin?.close();
  });

  async function scene(templates: Record<string, string>) {
    if (!test || !admin) throw new Error('no platform');
    const made = await deliveryScene(test, admin, removing);
    const root = folder(chartFiles(test, templates));
    const change = (more: Record<string, string>) => folder(chartFiles(test, { ...templates, ...more }), root);
    const names = async (namespace: string) => {
      const kinds = 'deployments,jobs,secrets,configmaps';
      const found = await toolIn(test, namespace)('kubectl', 'get', kinds, '-o', 'name');
      const others = /sh\.helm\.release|slipway-release|kube-root-ca/;
      return found.split('\n').filter((name) => name !== '' && !others.test(name));
    };
    const update = (deploy = {}, env = {}, commit = 'c1') =>
      made.update({ helm: { chart: root, ...deploy } }, env, commit);
    return { ...made, root, change, names, update, tool: toolIn(test, made.staging), admin };
  }

  it('CH-1, hb-07: run in their phases and leave what `helm install` leaves', async () => {
    if (!test) return;
    const { update, names, staging, production, root, ports } = await scene(HOOKS);
    const dry = await update({}, { INPUT_DRY_RUN: 'true' });
    const shown = JSON.stringify(dry.blocks);
    expect(shown).toContain(
      'hook Job migrate (pre-install, pre-upgrade): echo migrated with $PASSWORD would run before',
    );
    expect(shown).toContain('hook Deployment worker (post-install, post-upgrade): sleep inf would run once');
    expect(await names(staging)).toEqual([]);
    const result = await update();
    expect(result.error).toBeUndefined();
    expect(result.outcome).toBe('succeeded');
    const told = ports.log.lines.join('\n');
    expect(told).toContain('|   migrated with correct-horse');
    expect(told).toContain('|   all is ready');
    expect(told).toContain('hook Job smoke (test) is not run: Slipway runs no tests of charts');
    expect(told).toContain(
      'hook Job back (post-rollback, pre-delete) is not run: Slipway runs hooks of an install and an upgrade only',
    );
    expect(told.indexOf('migrated with')).toBeLessThan(told.indexOf('all is ready'));
    await toolIn(test, production)('helm', 'install', 'parking', root, '--wait');
    expect(await names(staging)).toEqual(await names(production));
    expect(await names(staging)).toEqual([
      'deployment.apps/parking-web',
      'deployment.apps/worker',
      'job.batch/first',
      'job.batch/migrate',
      'secret/store',
    ]);
  });

  it('CH-1: run again with an upgrade, and not where nothing changes', async () => {
    const { update, change, ports } = await scene(HOOKS);
    expect((await update()).outcome).toBe('succeeded');
    ports.log.lines.length = 0;
    expect((await update()).outcome).toBe('unchanged');
    expect(ports.log.lines.join('\n')).not.toContain('|   migrated');
    change({ 'more.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: more }\n' });
    expect((await update()).outcome).toBe('succeeded');
    const told = ports.log.lines.join('\n');
    expect(told).toContain('|   migrated with correct-horse');
    expect(told).not.toContain('only once');
    expect(told).toContain('hook Job first (pre-install) is not run: this is an upgrade');
  });

  it('CH-1: a hook that fails before the workloads changes none of them, and says why', async () => {
    const { update, change, tool, ports } = await scene(HOOKS);
    expect((await update()).outcome).toBe('succeeded');
    const failing = job(
      'migrate',
      'helm.sh/hook: pre-upgrade, helm.sh/hook-delete-policy: "before-hook-creation,hook-failed"',
      'echo column parking.lot is missing; exit 3',
    );
    const before = await tool('kubectl', 'get', 'deployment', 'parking-web', '-o', 'jsonpath={.metadata.generation}');
    change({ 'migrate.yaml': failing, 'web2.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: more }\n' });
    const result = await update({ set: { replicas: 2 } });
    expect(result.outcome).toBe('rolled-back');
    expect(result.error?.message).toContain('Job');
    expect(result.error?.message).toContain('migrate: it ended with exit code 3');
    expect(result.error?.details.join('\n')).toContain('column parking.lot is missing');
    const after = await tool('kubectl', 'get', 'deployment', 'parking-web', '-o', 'jsonpath={.metadata.generation}');
    expect(after).toBe(before);
    expect(await tool('kubectl', 'get', 'configmap,job', '-o', 'name')).not.toMatch(/more|migrate/);
    expect(ports.log.lines.join('\n')).toContain('|   column parking.lot is missing');
  });

  it('CH-1: a hook whose policy keeps it is refused before anything is written, as Helm refuses it', async () => {
    const kept = job(
      'keep',
      'helm.sh/hook: "pre-install,pre-upgrade", helm.sh/hook-delete-policy: hook-failed',
      'true',
    );
    const { update, change } = await scene({ 'store.yaml': STORE, 'keep.yaml': kept });
    expect((await update()).outcome).toBe('succeeded');
    change({ 'more.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: more }\n' });
    const error = (await update().catch((thrown: unknown) => thrown)) as Error & { remedy: string };
    expect(error.message).toMatch(/Job .*keep: this hook has run before, and its delete policy keeps it/);
    expect(error.remedy).toContain('before-hook-creation');
  });

  it('CH-1: of Argo CD run as well, and a Pod runs to its end', async () => {
    const argo = (kind: string, hook: string, name: string, spec: string) =>
      `apiVersion: ${kind === 'Pod' ? 'v1' : 'batch/v1'}
kind: ${kind}
metadata: { name: ${name}, annotations: { argocd.argoproj.io/hook: ${hook}, argocd.argoproj.io/hook-delete-policy: HookSucceeded } }
spec: ${spec}
`;
    const spec = (text: string) =>
      `{ restartPolicy: Never, containers: [{ name: main, image: IMAGE, command: [sh, -c, "sleep 2; echo ${text}"] }] }`;
    const { update, ports, tool } = await scene({
      'before.yaml': argo('Job', 'PreSync', 'before', `{ template: { spec: ${spec('it is before')} } }`),
      'after.yaml': argo('Pod', 'PostSync', 'after', spec('it is after')),
      'failed.yaml': argo('Job', 'SyncFail', 'failed', `{ template: { spec: ${spec('it failed')} } }`),
    });
    const result = await update();
    expect(result.error).toBeUndefined();
    expect(result.outcome).toBe('succeeded');
    const told = ports.log.lines.join('\n');
    expect(told.indexOf('|   it is before')).toBeGreaterThan(0);
    expect(told.indexOf('|   it is after')).toBeGreaterThan(told.indexOf('|   it is before'));
    expect(told).toContain('hook Job failed (SyncFail) is not run');
    expect(await tool('kubectl', 'get', 'jobs', '-o', 'name')).toBe('');
  });

  it('CH-1: hooks that wait for an app which never becomes ready are named', async () => {
    const { update } = await scene({
      'late.yaml': job('late', 'helm.sh/hook: post-install', 'true'),
      'stuck.yaml': `apiVersion: apps/v1
kind: Deployment
metadata: { name: stuck }
spec:
  selector: { matchLabels: { app: stuck } }
  template:
    metadata: { labels: { app: stuck } }
    spec: { containers: [{ name: main, image: IMAGE, command: [sh, -c, exit 7] }] }
`,
    });
    const result = await update();
    expect(result.outcome).toBe('failed');
    expect(result.error?.details.join('\n')).toContain(
      'hooks that run once all is ready did not run: Job late (post-install). If the app needs one',
    );
  });
});
