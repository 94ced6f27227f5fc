import { UserError } from '../../errors.ts';
import type { KubeObject } from '../../ports.ts';
import type { Images } from '../images.ts';
import { LABELS } from '../names.ts';
import { type PodSpec, podTemplateOf, runsImage } from '../pod-template.ts';
import { hasNativeSidecars } from '../server-features.ts';

/** Name of the container of the Auth Proxy. */
const PROXY = 'cloud-sql-proxy';

/** A database on Cloud SQL, and how the pods of an app reach it. */
export interface CloudSql {
  /** project:region:instance */
  instance: string;
  via: 'proxy' | 'private-ip' | 'psc';
  /** Log in with the identity of the pod. */
  iam: boolean;
  /** Image of the Auth Proxy. */
  image: string;
  /** E-mail of the Google service account of the pods; undefined: that of their own ServiceAccount. */
  serviceAccount: string | undefined;
  /** On which the proxy listens in the pod. */
  port: number;
  /** Variables of the app. */
  env: Readonly<Record<string, string>>;
}

/** Port of the proxy's own health check. */
const HEALTH_PORT = 9801;
/** Seconds that the proxy may take to end after the app. */
const PROXY_GRACE_SECONDS = 5;

/**
 * The Auth Proxy as a native sidecar: it is there before the app starts, it ends after the app, and a Job with it completes. It has
 * no readiness probe, since an outage of the database would take every pod out of its Service at once, and no preStop hook, which
 * would run before the app has ended.
 * @see https://kubernetes.io/docs/concepts/workloads/pods/sidecar-containers/
 * @see https://github.com/GoogleCloudPlatform/cloud-sql-proxy/tree/main/examples/k8s-health-check
 */
function sidecar({ instance, via, iam, image, port }: CloudSql): Record<string, unknown> {
  const check = (path: string) => ({ httpGet: { path, port: HEALTH_PORT } });
  return {
    name: PROXY,
    image,
    restartPolicy: 'Always',
    args: [
      '--structured-logs',
      `--port=${port}`,
      '--health-check',
      '--http-address=0.0.0.0',
      `--http-port=${HEALTH_PORT}`,
      // Ends at once, with the cause in its log, where the instance may not be reached.
      '--run-connection-test',
      ...(iam ? ['--auto-iam-authn'] : []),
      ...(via === 'private-ip' ? ['--private-ip'] : []),
      ...(via === 'psc' ? ['--psc'] : []),
      instance,
    ],
    ports: [{ containerPort: HEALTH_PORT, protocol: 'TCP' }],
    startupProbe: { ...check('/startup'), periodSeconds: 1, timeoutSeconds: 5, failureThreshold: 60 },
    livenessProbe: { ...check('/liveness'), periodSeconds: 60, timeoutSeconds: 30, failureThreshold: 5 },
    resources: { requests: { cpu: '50m', memory: '64Mi' }, limits: { memory: '256Mi' } },
    securityContext: {
      allowPrivilegeEscalation: false,
      capabilities: { drop: ['ALL'] },
      readOnlyRootFilesystem: true,
      runAsNonRoot: true,
      seccompProfile: { type: 'RuntimeDefault' },
    },
  };
}

/** The same objects, with the proxy in the pods that run an image of the app and do not have it yet. */
export function withCloudSql(
  objects: readonly KubeObject[],
  database: CloudSql,
  { app, images }: { app: string; images: Images },
): KubeObject[] {
  const ours = new Set(Object.values(images));
  return objects.map((object) => {
    const template = podTemplateOf(object);
    if (!template || !runsImage(template, ours) || hasProxy(template.spec)) return object;
    const copy = structuredClone(object);
    const spec = podTemplateOf(copy)?.spec;
    if (spec) addProxy(spec, database, app);
    return copy;
  });
}

function hasProxy({ initContainers = [] }: PodSpec): boolean {
  return initContainers.some(({ name }) => name === PROXY);
}

function addProxy(spec: PodSpec, database: CloudSql, app: string): void {
  const { terminationGracePeriodSeconds: grace = 30, initContainers = [] } = spec;
  spec.initContainers = [{ ...sidecar(database), name: PROXY }, ...initContainers];
  spec.terminationGracePeriodSeconds = Number(grace) + PROXY_GRACE_SECONDS;
  if (database.serviceAccount === undefined) return;
  if (spec.serviceAccountName !== undefined)
    throw twoAccounts(String(spec.serviceAccountName), database.serviceAccount);
  spec.serviceAccountName = app;
}

function twoAccounts(name: string, email: string): UserError {
  return new UserError(
    `database.serviceAccount: the pods have the ServiceAccount ${name} already, by the key serviceAccount of deploy or of a process`,
    {
      details: ['nothing was written'],
      remedy: `Give that one the annotation iam.gke.io/gcp-service-account: ${email}, and name \`user\` in place of \`serviceAccount\` in the database.`,
    },
  );
}

/**
 * The ServiceAccount of the pods, where a Google service account is named.
 * @see https://cloud.google.com/kubernetes-engine/docs/how-to/workload-identity
 */
export function cloudSqlAccount(
  database: CloudSql | undefined,
  { app, namespace }: { app: string; namespace: string },
): KubeObject[] {
  const email = database?.serviceAccount;
  if (email === undefined) return [];
  const metadata = {
    name: app,
    namespace,
    labels: { [LABELS.name]: app, [LABELS.managedBy]: 'slipway' },
    annotations: { 'iam.gke.io/gcp-service-account': email },
  };
  return [{ apiVersion: 'v1', kind: 'ServiceAccount', metadata, automountServiceAccountToken: false }];
}

/** @throws UserError for a cluster that would treat the proxy as an init container, and wait for its end for ever */
export function refuseWithoutSidecars(environment: string, version: string): void {
  if (hasNativeSidecars(version)) return;
  throw new UserError(
    `environments.${environment}.database: Kubernetes ${version} has no native sidecars, which the Auth Proxy needs`,
    { details: ['nothing was written'], remedy: 'Update the cluster to Kubernetes 1.29 or newer.' },
  );
}
