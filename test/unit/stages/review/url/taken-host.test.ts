import { expect, it } from 'vitest';
import { EnvironmentError, UserError } from '../../../../../src/errors.ts';
import { planReviewUp } from '../../../../../src/plan/review-plan.ts';
import type { Kind, KubeObject } from '../../../../../src/ports.ts';
import { refuseTakenHost } from '../../../../../src/stages/review/url/taken-host.ts';
import { MemoryCluster } from '../../../../support/kube/memory-cluster.ts';
import { siteOf } from '../../../../support/kube/site.ts';
import { configOf, pullRequest, reviewInputsOf } from '../../../../support/unit/review.ts';

const planOf = (review = 'review: { host: "pr-{number}.example.dev" }') =>
  planReviewUp(reviewInputsOf(), configOf(review), pullRequest(), 7, undefined);
const HOST = 'pr-7.example.dev';

function route(kind: 'Ingress' | 'HTTPRoute', namespace: string, host = HOST): KubeObject {
  const ingress = kind === 'Ingress';
  return {
    apiVersion: ingress ? 'networking.k8s.io/v1' : 'gateway.networking.k8s.io/v1',
    kind,
    metadata: { name: 'web', namespace },
    spec: ingress ? { rules: [{ host }] } : { hostnames: [host] },
  };
}

function clusterWith(...objects: KubeObject[]): MemoryCluster {
  const cluster = new MemoryCluster();
  for (const object of objects) cluster.patch(object);
  return cluster;
}

it.each(['Ingress', 'HTTPRoute'] as const)(
  'R16: a host that an %s of another namespace has is refused',
  async (kind) => {
    const refused = refuseTakenHost(planOf(), siteOf(clusterWith(route(kind, 'staging'))));
    await expect(refused).rejects.toThrow(UserError);
    await expect(refused).rejects.toThrow(`${HOST} is taken: ${kind} staging/web has it`);
  },
);

it('R16: own objects, other hosts, objects that are being deleted and environments without a host are let through', async () => {
  const plan = planOf();
  const leaving = route('Ingress', 'before');
  const cluster = clusterWith(route('Ingress', plan.namespace), route('Ingress', 'other', 'pr-8.example.dev'), {
    ...leaving,
    metadata: { ...leaving.metadata, deletionTimestamp: '2026-01-01T00:00:00Z' },
  });
  await refuseTakenHost(plan, siteOf(cluster));
  const balanced = planOf('review: { ingress: { kind: load-balancer, internal: none } }');
  await refuseTakenHost(balanced, siteOf(clusterWith(route('Ingress', 'staging'))));
});

it('R16: an account that may not look into other namespaces deploys all the same, and says so', async () => {
  class Denied extends MemoryCluster {
    override async list(kind: Kind): Promise<KubeObject[]> {
      throw new EnvironmentError(`may not list ${kind.kind}`);
    }
  }
  const site = siteOf(new Denied());
  const lines: string[] = [];
  await refuseTakenHost(planOf(), { ...site, log: { ...site.log, info: (line) => void lines.push(line) } });
  expect(lines.join()).toContain('may not list Ingress');
});
