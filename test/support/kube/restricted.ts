import type { Platform } from '../../../local/platform.ts';
import { systemClock } from '../../../src/adapters/clock/system-clock.ts';
import type { KubeCluster } from '../../../src/adapters/kube/kube-cluster.ts';
import { readKubeconfig } from '../../../src/adapters/kube/kubeconfig.ts';
import { openKube } from '../../../src/adapters/kube/open.ts';
import { Rest } from '../../../src/adapters/kube/rest.ts';
import { memoryLog } from './cluster.ts';

interface Rule {
  apiGroups: string[];
  resources: string[];
  verbs: string[];
}

/** The same cluster for a ServiceAccount with these rules and no others. */
export async function restrictedCluster(
  admin: KubeCluster,
  platform: Platform,
  namespace: string,
  rules: Rule[],
  token?: string,
): Promise<KubeCluster> {
  const name = `ci-${Math.random().toString(36).slice(2, 8)}`;
  const write = { fieldManager: 'test' };
  const metadata = { name, namespace };
  const group = 'rbac.authorization.k8s.io';
  await admin.apply({ apiVersion: 'v1', kind: 'ServiceAccount', metadata }, write);
  await admin.apply({ apiVersion: `${group}/v1`, kind: 'Role', metadata, rules }, write);
  const binding = {
    roleRef: { apiGroup: group, kind: 'Role', name },
    subjects: [{ kind: 'ServiceAccount', name, namespace }],
  };
  await admin.apply({ apiVersion: `${group}/v1`, kind: 'RoleBinding', metadata, ...binding }, write);
  const { server, ca } = readKubeconfig(platform.kubeconfig, platform.context);
  const bearer = token ?? (await tokenOf(platform, namespace, name));
  const connection = {
    name: 'restricted',
    server,
    ca,
    authorization: async (renew: boolean) => (renew ? undefined : `Bearer ${bearer}`),
  };
  return openKube({ connection, clock: systemClock, log: memoryLog(), signal: new AbortController().signal });
}

/** @see https://kubernetes.io/docs/reference/kubernetes-api/authentication-resources/token-request-v1/ */
async function tokenOf(platform: Platform, namespace: string, account: string): Promise<string> {
  const connection = readKubeconfig(platform.kubeconfig, platform.context);
  const rest = new Rest({ connection, clock: systemClock, log: memoryLog(), signal: new AbortController().signal });
  const request = { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', spec: { expirationSeconds: 3_600 } };
  const answer = await rest.json<{ status: { token: string } }>({
    method: 'POST',
    path: `/api/v1/namespaces/${namespace}/serviceaccounts/${account}/token`,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(request),
  });
  rest.close();
  return answer.status.token;
}
