import { describe, expect, it } from 'vitest';
import type { KubeObject } from '../../../src/ports.ts';
import { deliveryScene } from '../../support/kube/delivery.ts';
import { serve } from '../../support/kube/real.ts';
import { kubeSuite } from '../../support/kube/suite.ts';
import { requirePlatform } from '../../support/platform.ts';

const test = await requirePlatform('going back on the real cluster');

describe.skipIf(!test).concurrent('going back on the real cluster', () => {
  const { cluster, namespaces } = kubeSuite(test);

  function scene() {
    if (!test || !cluster) throw new Error('no platform');
    return deliveryScene(test, cluster, namespaces);
  }

  it('of a StatefulSet whose pod is broken is said to have failed, with the pod to delete (K23)', async () => {
    const { updateOwn, image, staging, cluster: kube } = await scene();
    // Without one a pod counts as ready while it crashes.
    const readinessProbe = { tcpSocket: { port: 8080 }, periodSeconds: 1 };
    const stateful = (command: string[]): KubeObject => ({
      apiVersion: 'apps/v1',
      kind: 'StatefulSet',
      metadata: { name: 'db' },
      spec: {
        replicas: 1,
        serviceName: 'db',
        selector: { matchLabels: { app: 'db' } },
        template: {
          metadata: { labels: { app: 'db' } },
          spec: { terminationGracePeriodSeconds: 1, containers: [{ name: 'db', image, command, readinessProbe }] },
        },
      },
    });
    expect((await updateOwn([stateful(serve())])).outcome).toBe('succeeded');
    const result = await updateOwn([stateful(['sh', '-c', 'exit 3'])]);
    expect(result.outcome).toBe('failed');
    const told = result.error?.details.join('\n') ?? '';
    expect(told).toContain('ROLLBACK FAILED: parking-1');
    expect(told).toContain('StatefulSet ');
    expect(told).toMatch(/pod db-0 of the revision before cannot become ready \(container db crashes on every start/);
    const command = `kubectl -n ${staging} delete pod db-0`;
    expect(told).toContain(`what to do: Delete it by hand, its volume stays: ${command}`);
    await kube.delete({ apiVersion: 'v1', kind: 'Pod', name: 'db-0', namespace: staging });
    expect((await updateOwn([stateful(serve())])).outcome).toBe('succeeded');
  });
});
