import { describe, expect, it } from 'vitest';
import { EnvironmentError } from '../../../../src/errors.ts';
import type { KubeObject } from '../../../../src/ports.ts';
import { requestFor } from '../../../../src/stages/apply/request.ts';
import { rollOut } from '../../../../src/stages/apply/roll-out.ts';
import { memoryLog } from '../../../support/kube/cluster.ts';
import { MemoryCluster } from '../../../support/kube/memory-cluster.ts';
import { StepClock } from '../../../support/step-clock.ts';

const group = 'rbac.authorization.k8s.io';
const metadata = { name: 'leader', namespace: 'ns' };
const role: KubeObject = { apiVersion: `${group}/v1`, kind: 'Role', metadata, rules: [] };
const binding: KubeObject = {
  apiVersion: `${group}/v1`,
  kind: 'RoleBinding',
  metadata,
  roleRef: { apiGroup: group, kind: 'Role', name: 'leader' },
};

/** As for an account without the verb `bind`: a binding is validated against its Role. */
function scene() {
  const cluster = new MemoryCluster();
  const apply = cluster.apply.bind(cluster);
  cluster.apply = async (object, options) => {
    if (object.kind === 'RoleBinding' && !cluster.objects.has('Role/ns/leader')) {
      throw new EnvironmentError('RoleBinding ns/leader was not found (apply)', { details: ['"leader" not found'] });
    }
    return apply(object, options);
  };
  const ports = { cluster, clock: new StepClock(0), log: memoryLog() };
  const roll = (objects: KubeObject[]) => {
    const site = { log: ports.log, signal: new AbortController().signal };
    return rollOut(requestFor(site, { namespace: 'ns', objects, deadlineMs: 1_000 }), ports);
  };
  return { cluster, roll };
}

describe('a RoleBinding whose Role is new', () => {
  it('CH-6: is validated and written after its Role', async () => {
    const { cluster, roll } = scene();
    expect((await roll([binding, role])).outcome).toBe('ready');
    expect(cluster.writes).toEqual(['apply Role leader', 'apply RoleBinding leader']);
  });

  it('CH-6: is refused before anything is written where its Role is in neither the set nor the cluster', async () => {
    const { cluster, roll } = scene();
    await expect(roll([binding])).rejects.toThrow('was not found');
    expect(cluster.writes).toEqual([]);
  });
});
