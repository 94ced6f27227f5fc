import { describe, expect, it } from 'vitest';
import type { RolloutPlan } from '../../../src/plan/rollout-plan.ts';
import { runRollingUpdate } from '../../../src/stages/rollout/run.ts';
import { localCluster } from '../../support/google/local-cluster.ts';
import { deliveryScene } from '../../support/kube/delivery.ts';
import { exec } from '../../support/kube/exec.ts';
import { serve } from '../../support/kube/real.ts';
import { restrictedCluster } from '../../support/kube/restricted.ts';
import { kubeSuite } from '../../support/kube/suite.ts';
import { requirePlatform } from '../../support/platform.ts';

const test = await requirePlatform('secretEnv on the real cluster');

/** As in rolling-update.test.ts, for an app without an ingress and with a migration. */
const RULES = [
  { apiGroups: ['apps'], resources: ['deployments'], verbs: ['get', 'list', 'watch', 'create', 'patch'] },
  { apiGroups: ['apps'], resources: ['replicasets'], verbs: ['list', 'watch'] },
  { apiGroups: [''], resources: ['services'], verbs: ['get', 'list', 'watch', 'create', 'patch'] },
  { apiGroups: [''], resources: ['secrets'], verbs: ['get', 'list', 'create', 'update', 'delete'] },
  { apiGroups: ['coordination.k8s.io'], resources: ['leases'], verbs: ['get', 'create', 'update'] },
  { apiGroups: [''], resources: ['pods'], verbs: ['list', 'watch'] },
  { apiGroups: ['batch'], resources: ['jobs'], verbs: ['get', 'create', 'patch', 'delete', 'list', 'watch'] },
];

describe.skipIf(!test)('environments.<name>.secretEnv on the real cluster', () => {
  const { cluster, namespaces } = kubeSuite(test);

  it('reaches app and migration, follows its values, and goes back with a release that fails', async () => {
    if (!test || !cluster) return;
    const { staging, planOf, ports: real } = await deliveryScene(test, cluster, namespaces);
    const least = await restrictedCluster(cluster, test.platform, staging, RULES);
    const step: Record<string, string> = { STRIPE: 'sk-first-value' };
    const ports = { ...real, cluster: least, variables: { read: (name: string) => step[name] } };
    const starts = `test "$STRIPE_KEY" != broken-value || exit 1`;
    const command = ['sh', '-c', `${starts}; exec "$@"`, 'sh', ...serve()];
    const migrate = 'test -n "$STRIPE_KEY"';
    const run = (overrides: Partial<RolloutPlan> = {}) =>
      runRollingUpdate({ ...planOf({ command, migrate }), secretEnv: { STRIPE_KEY: 'STRIPE' }, ...overrides }, ports);
    const seen = async () => {
      const pods = await cluster.list({ apiVersion: 'v1', kind: 'Pod' }, { namespace: staging });
      const web = pods.filter(
        ({ metadata }) =>
          metadata.deletionTimestamp === undefined && metadata.labels?.['app.kubernetes.io/component'] === 'web',
      );
      const name = web[0]?.metadata.name ?? '';
      return (await exec(localCluster(test.platform), staging, name, ['printenv', 'STRIPE_KEY'])).toString().trim();
    };
    const first = await run();
    expect(first.error).toBeUndefined();
    expect(first.outcome).toBe('succeeded');
    expect(await seen()).toBe('sk-first-value');
    expect((await run()).outcome).toBe('unchanged');

    step.STRIPE = 'broken-value';
    const failed = await run({ reversible: true });
    expect(failed.outcome).toBe('rolled-back');
    expect(failed.error?.details.join('\n')).toContain('rolled back to parking-1');
    expect(JSON.stringify(failed)).not.toContain('broken-value');
    expect(await seen()).toBe('sk-first-value');

    step.STRIPE = 'sk-second-value';
    expect((await run()).outcome).toBe('succeeded');
    expect(await seen()).toBe('sk-second-value');
    expect((await run({ secretEnv: {} })).outcome).toBe('succeeded');
    const labelSelector = 'app.kubernetes.io/component=secret-env';
    expect(await cluster.list({ apiVersion: 'v1', kind: 'Secret' }, { namespace: staging, labelSelector })).toEqual([]);
    least.close();
  });
});
