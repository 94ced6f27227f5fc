import { describe, expect, it } from 'vitest';
import { EnvironmentError } from '../../../../../src/errors.ts';
import { ownerLabels } from '../../../../../src/plan/review/environment/owner.ts';
import type { Kind, KubeObject } from '../../../../../src/ports.ts';
import { removeStaleIngress } from '../../../../../src/stages/review/url/stale-ingress.ts';
import { MemoryCluster } from '../../../../support/kube/memory-cluster.ts';
import { siteOf } from '../../../../support/kube/site.ts';

const owner = { app: 'parking', repositoryId: 42, number: 7 };
const namespace = 'parking-pr-7-abc123';
const ingress = (kind: string, name: string, labels: Record<string, string> = ownerLabels(owner)): KubeObject => ({
  apiVersion: kind === 'Ingress' ? 'networking.k8s.io/v1' : 'gateway.networking.k8s.io/v1',
  kind,
  metadata: { name, namespace, labels },
});
const names = (cluster: MemoryCluster) =>
  [...cluster.objects.values()].map(({ kind, metadata }) => `${kind} ${metadata.name}`).sort();

describe('an ingress of an earlier deploy', () => {
  it('goes when this one has another kind: it would lead past the guards; what is not ours stays', async () => {
    const cluster = new MemoryCluster();
    const [route, current] = [ingress('HTTPRoute', 'parking'), ingress('Ingress', 'parking')];
    for (const object of [
      route,
      current,
      ingress('Ingress', 'solver', { 'acme.cert-manager.io/http01-solver': 'true' }),
    ])
      cluster.patch(object);
    await removeStaleIngress({ namespace, owner }, [current], siteOf(cluster));
    expect(names(cluster)).toEqual(['Ingress parking', 'Ingress solver']);
    await removeStaleIngress({ namespace, owner }, [], siteOf(cluster));
    expect(names(cluster)).toEqual(['Ingress solver']);
  });

  it('is not looked for where this account may not list such: it has made none', async () => {
    class Denied extends MemoryCluster {
      override async list(kind: Kind): Promise<KubeObject[]> {
        if (kind.kind === 'HTTPRoute') throw new EnvironmentError('may not list httproutes');
        return super.list(kind);
      }
    }
    const cluster = new Denied();
    cluster.patch(ingress('Ingress', 'old'));
    await removeStaleIngress({ namespace, owner }, [], siteOf(cluster));
    expect(names(cluster)).toEqual([]);
  });
});
