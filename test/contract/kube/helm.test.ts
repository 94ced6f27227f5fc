import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { systemClock } from '../../../src/adapters/clock/system-clock.ts';
import type { KubeObject } from '../../../src/ports.ts';
import { adminCluster } from '../../support/kube/cluster.ts';
import { deliveryScene } from '../../support/kube/delivery.ts';
import { servingApp } from '../../support/kube/real.ts';
import { deploymentObject } from '../../support/kube/spec.ts';
import { requirePlatform } from '../../support/platform.ts';
import { yamlOf } from '../../support/yaml.ts';

const test = await requirePlatform('Helm releases of the same app');

describe.skipIf(!test)('an app that Helm had before', () => {
  const admin = test ? adminCluster(test.platform) : undefined;
  const removing: (() => Promise<void>)[] = [];
  afterAll(async () => {
    await Promise.all(removing.map((remove) => remove()));
    admin?.close();
  });

  async function helmScene() {
    if (!test || !admin) throw new Error('no platform');
    const scene = await deliveryScene(test, admin, removing);
    const chart = await mkdtemp(join(tmpdir(), 'slipway-helm-'));
    removing.push(() => rm(chart, { recursive: true }));
    await mkdir(join(chart, 'templates'));
    await writeFile(join(chart, 'Chart.yaml'), 'apiVersion: v2\nname: parking\nversion: 1.0.0\n');
    const tool = (name: 'helm' | 'kubectl', ...args: string[]) =>
      spawn(join(test.platform.tools.dir, name), ['-n', scene.staging, ...args], {
        env: { ...process.env, ...test.env, KUBECONFIG: test.platform.kubeconfig },
        stdio: 'ignore',
      });
    const helm = (...args: string[]) => tool('helm', ...args);
    const ended = (child: ReturnType<typeof tool>) =>
      new Promise<number | null>((resolve) => child.on('exit', resolve));
    const template = (object: KubeObject) => writeFile(join(chart, 'templates', 'all.yaml'), yamlOf(object));
    return { ...scene, admin, chart, tool, helm, ended, template };
  }

  it('K28: is not blocked by a release that hangs in pending-upgrade, and says who holds the objects', async () => {
    if (!test) return;
    const { staging, admin: kube, chart, tool, helm, ended, template, updateOwn, ports } = await helmScene();
    const object = deploymentObject(servingApp(test, staging, { name: 'parking' }));
    await template(object);
    expect(await ended(helm('install', 'parking', chart))).toBe(0);
    // An upgrade that waits for pods which never come, and is killed as a runner kills it.
    const broken = structuredClone(object) as KubeObject & {
      spec: { template: { spec: { containers: { image: string }[] } } };
    };
    for (const container of broken.spec.template.spec.containers) container.image = `${test.platform.registry}/none:1`;
    await template(broken);
    const upgrade = helm('upgrade', 'parking', chart, '--wait');
    const pending = async () => {
      const selection = { namespace: staging, labelSelector: 'owner=helm,name=parking,status=pending-upgrade' };
      return (await kube.list({ apiVersion: 'v1', kind: 'Secret' }, selection)).length;
    };
    while ((await pending()) === 0) {
      expect(upgrade.exitCode, 'helm upgrade waits').toBeNull();
      await systemClock.sleep(100);
    }
    upgrade.kill('SIGKILL');
    await ended(upgrade);
    expect(await pending()).toBe(1);
    // As a person forces it by hand.
    const handedOver = structuredClone(object);
    handedOver.metadata.labels = { ...handedOver.metadata.labels, 'app.kubernetes.io/managed-by': 'slipway' };
    await writeFile(join(chart, 'over.json'), JSON.stringify(handedOver));
    const over = [
      'apply',
      '--server-side',
      '--field-manager=slipway',
      '--force-conflicts',
      '-f',
      join(chart, 'over.json'),
    ];
    expect(await ended(tool('kubectl', ...over))).toBe(0);
    const result = await updateOwn([object]);
    expect(result.outcome).toBe('succeeded');
    const told = ports.log.lines.join('\n');
    expect(told).toMatch(
      new RegExp(
        `warning: the Helm release ${staging}/parking \\(pending-upgrade for .+, revision 2\\) also holds Deployment ${staging}/parking`,
      ),
    );
    expect(told).toContain('run this action once with take-over: true');
    // The way out works for a release that hangs as well: Helm forgets it.
    const again = await updateOwn([object], { takeOver: true });
    expect(again.outcome).toBe('succeeded');
    expect(await pending()).toBe(0);
  });

  it('K28: fields that Helm holds otherwise are refused by its name, with the way out', async () => {
    if (!test) return;
    const { staging, chart, helm, ended, template, updateOwn } = await helmScene();
    const object = deploymentObject(servingApp(test, staging, { name: 'parking', replicas: 0 }));
    await template(object);
    expect(await ended(helm('install', 'parking', chart))).toBe(0);
    const changed = { ...object, spec: { ...(object.spec as object), minReadySeconds: 3 } };
    const image = deploymentObject(
      servingApp(test, staging, { name: 'parking', replicas: 0, env: { VERSION: '2' }, health: '/x' }),
    );
    const error = await updateOwn([{ ...changed, spec: image.spec }]).then(
      () => undefined,
      (thrown: unknown) => thrown as Error & { remedy: string; details: string[] },
    );
    expect(String(error)).toContain('managed by somebody else');
    expect(error?.details.join('\n')).toContain('conflict with "helm"');
    expect(error?.remedy).toContain('take-over: true');
  });
});
