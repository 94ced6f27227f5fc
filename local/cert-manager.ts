import { setTimeout as sleep } from 'node:timers/promises';
import { buildCertManager } from './build/cert-manager.ts';
import { start, untilReady } from './machine/daemon.ts';
import { kubectl } from './machine/kubectl.ts';
import { locked } from './machine/lock.ts';
import { StepFailed } from './machine/progress.ts';
import { ports } from './network.ts';
import type { Platform } from './types.ts';

/** Where the Secrets of ClusterIssuers are. */
export const certManagerNamespace = 'cert-manager';

const APPLY = ['apply', '--server-side', '--force-conflicts', '--field-manager=slipway-local'];
type Cluster = Pick<Platform, 'kubeconfig' | 'context'>;

const webhook = (kind: string, path: string, operations: string, resources: string) => `
apiVersion: admissionregistration.k8s.io/v1
kind: ${kind}
metadata:
  name: cert-manager-webhook
  annotations: { cert-manager.io/inject-ca-from-secret: ${certManagerNamespace}/cert-manager-webhook-ca }
webhooks:
- name: webhook.cert-manager.io
  admissionReviewVersions: [v1]
  sideEffects: None
  failurePolicy: Fail
  timeoutSeconds: 30
  rules:
  - { apiGroups: [cert-manager.io], apiVersions: [v1], operations: [${operations}], resources: ["${resources}"] }
  clientConfig: { url: "https://localhost:${ports.certManagerWebhook}${path}" }
`;

const webhooks = [
  webhook('MutatingWebhookConfiguration', '/mutate', 'CREATE', 'certificaterequests'),
  webhook('ValidatingWebhookConfiguration', '/validate', 'CREATE, UPDATE', '*/*'),
].join('---');

/**
 * Builds and starts cert-manager, for the tests that ask for it: its kinds, controllers, webhook and CA injector. They stay
 * until `local:down`. Does nothing where they run.
 */
export async function ensureCertManager(platform: Cluster): Promise<void> {
  await locked(async () => {
    const { program, definitions } = await buildCertManager();
    const files = definitions.map((file) => `--filename=${file}`);
    await kubectl(platform, [...APPLY, ...files]);
    await kubectl(platform, ['wait', '--for=condition=Established', '--timeout=60s', ...files]);
    const namespace = `{ apiVersion: v1, kind: Namespace, metadata: { name: ${certManagerNamespace} } }`;
    await kubectl(platform, [...APPLY, '--filename=-'], namespace);
    const port = ports.certManagerWebhook;
    const flags = { kubeconfig: platform.kubeconfig, namespace: certManagerNamespace, port };
    const args = Object.entries(flags).map(([name, value]) => `--${name}=${value}`);
    await start({ name: 'cert-manager', onDemand: true, program, args });
    await untilReady('cert-manager', () => isHealthy(port + 1));
    await kubectl(platform, [...APPLY, '--filename=-'], webhooks);
    await untilAdmitted(platform);
  });
}

function isHealthy(port: number): Promise<boolean> {
  return fetch(`http://127.0.0.1:${port}/healthz`).then(
    ({ status }) => status === 200,
    () => false,
  );
}

/** The API server takes a moment to learn of the webhook and of the authority that the injector writes. */
async function untilAdmitted(platform: Cluster): Promise<void> {
  const probe = `
apiVersion: cert-manager.io/v1
kind: Issuer
metadata: { name: probe, namespace: ${certManagerNamespace} }
spec: { selfSigned: {} }
`;
  const end = Date.now() + 60_000;
  for (;;) {
    try {
      await kubectl(platform, ['create', '--dry-run=server', '--filename=-'], probe);
      return;
    } catch (error) {
      if (Date.now() > end) throw new StepFailed('Start cert-manager', error, undefined, 'read its log');
      await sleep(500);
    }
  }
}
