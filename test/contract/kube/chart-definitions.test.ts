import { afterAll, describe, expect, it } from 'vitest';
import { chartFiles, folder, toolIn } from '../../support/kube/chart.ts';
import { adminCluster } from '../../support/kube/cluster.ts';
import { deliveryScene } from '../../support/kube/delivery.ts';
import { realPorts } from '../../support/kube/real.ts';
import { restrictedCluster } from '../../support/kube/restricted.ts';
import { requirePlatform } from '../../support/platform.ts';
import { errorOf } from '../../support/refusal.ts';

const test = await requirePlatform('definitions of a chart');

/** A kind of its own for each test: definitions belong to the whole cluster. */
function gadget() {
  const group = `g${Math.random().toString(36).slice(2, 9)}.slipway.test`;
  const definition = (description: string) => `apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: { name: gadgets.${group} }
spec:
  group: ${group}
  scope: Namespaced
  names: { kind: Gadget, plural: gadgets, singular: gadget }
  versions:
    - name: v1
      served: true
      storage: true
      schema: { openAPIV3Schema: { type: object, description: ${description}, x-kubernetes-preserve-unknown-fields: true } }
`;
  const object = `apiVersion: ${group}/v1\nkind: Gadget\nmetadata: { name: mine }\nspec: { a: 1 }\n`;
  return { name: `gadgets.${group}`, definition, object };
}

describe.skipIf(!test)('CH-13: definitions in crds/', () => {
  const admin = test ? adminCluster(test.platform) : undefined;
  const removing: (() => Promise<void>)[] = [];
  afterAll(async () => {
    await Promise.all(removing.map((remove) => remove()));
    admin?.close();
  });

  async function scene() {
    if (!test || !admin) throw new Error('no platform');
    const { name, definition, object } = gadget();
    const ref = { apiVersion: 'apiextensions.k8s.io/v1', kind: 'CustomResourceDefinition', name };
    removing.push(async () => void (await admin.delete(ref)));
    const files = { ...chartFiles(test, { 'gadget.yaml': object }), 'crds/gadget.yaml': definition('ours') };
    const root = folder(files);
    const one = await deliveryScene(test, admin, removing);
    const two = await deliveryScene(test, admin, removing);
    const live = async () => JSON.stringify(await admin.get(ref));
    return { test, admin, one, two, live, name, definition, files, helm: { chart: root } };
  }

  it('are not fought over by two environments', async () => {
    const { one, two, live, helm } = await scene();
    expect((await one.update({ helm })).outcome).toBe('succeeded');
    expect((await two.update({ helm })).outcome).toBe('succeeded');
    expect((await one.update({ helm })).outcome).toBe('unchanged');
    expect(await live()).not.toContain('slipway.dev/environment');
  });

  it('stay as they are where another program manages them, as with Helm', async () => {
    const { test: platform, one, live, definition, helm, name } = await scene();
    const file = `${folder({ 'crd.yaml': definition('of-the-operator') })}/crd.yaml`;
    await toolIn(platform, one.staging)('kubectl', 'apply', '-f', file);
    await toolIn(platform, one.staging)('kubectl', 'wait', '--for=condition=Established', `crd/${name}`);
    expect((await one.update({ helm })).outcome).toBe('succeeded');
    expect(await live()).toContain('of-the-operator');
    expect(one.ports.log.lines.join('\n')).toMatch(
      /CustomResourceDefinition .+ stays as it is: kubectl-client-side-apply manages it/,
    );
  });

  it('need no permission where they are there, and one where they are not', async () => {
    const { test: platform, admin: cluster, one, two, helm } = await scene();
    const rules = [{ apiGroups: ['*'], resources: ['*'], verbs: ['*'] }];
    const limited = await restrictedCluster(cluster, platform.platform, two.staging, rules);
    const ports = realPorts(platform, limited);
    // What is served is not known to be there by a client that has asked before.
    const refused = await errorOf(two.update({ helm }, { INPUT_NAMESPACE: two.staging }, 'c1', ports));
    expect(refused.message).toContain('customresourcedefinitions');
    expect((await one.update({ helm })).outcome).toBe('succeeded');
    const again = await restrictedCluster(cluster, platform.platform, two.staging, rules);
    expect((await two.update({ helm }, {}, 'c1', realPorts(platform, again))).outcome).toBe('succeeded');
    limited.close();
    again.close();
  });

  it('can be left out', async () => {
    const { test: platform, one, live, files, helm } = await scene();
    folder({ ...files, ...{ 'templates/gadget.yaml': '' } }, helm.chart);
    expect(platform).toBeDefined();
    expect((await one.update({ helm: { ...helm, crds: false } })).outcome).toBe('succeeded');
    expect(await live()).toBe(undefined);
  });
});
