import { expect, it } from 'vitest';
import { PermissionMissing } from '../../../../../src/errors.ts';
import type { KubeObject, ObjectRef } from '../../../../../src/ports.ts';
import { answersAgain } from '../../../../../src/stages/review/url/locate-ingress.ts';
import { MemoryCluster } from '../../../../support/kube/memory-cluster.ts';
import { siteOf } from '../../../../support/kube/site.ts';

const NAMESPACE = 'shop-pr-7';
const INGRESS: KubeObject = {
  apiVersion: 'networking.k8s.io/v1',
  kind: 'Ingress',
  metadata: { name: 'shop', namespace: NAMESPACE },
  spec: {
    rules: [
      { host: 'pr-7.example.dev', http: { paths: [{ path: '/api', backend: { service: { name: 'shop-api' } } }] } },
    ],
  },
};

/** A cluster with the kinds of the Gateway API, whose account may only read Ingresses. */
class WithoutRoutes extends MemoryCluster {
  override get(ref: ObjectRef): Promise<KubeObject | undefined> {
    if (ref.kind === 'HTTPRoute') return Promise.reject(new PermissionMissing('no permission to get httproutes'));
    return super.get(ref);
  }
}

it('wake and restart need no permission for routes of a kind that the environment does not have', async () => {
  const cluster = new WithoutRoutes();
  cluster.patch(INGRESS);
  const asked: string[] = [];
  const http = {
    get: (url: string) => {
      asked.push(url);
      return Promise.resolve({ status: 200, headers: {}, body: '' });
    },
  };
  const state = { url: 'https://pr-7.example.dev', guard: undefined, namespace: NAMESPACE, app: 'shop' };
  await answersAgain(state, { ...siteOf(cluster), http } as unknown as Parameters<typeof answersAgain>[1]);
  expect(asked).toEqual(['https://pr-7.example.dev/api/']);
});
