import type { Platform } from '../../../local/platform.ts';
import { type LocalCluster, localCluster } from '../google/local-cluster.ts';
import { exec } from '../kube/exec.ts';

/** An object of the cluster, as the API server tells it. */
export interface Live {
  apiVersion: string;
  kind: string;
  metadata: {
    name: string;
    namespace?: string;
    uid: string;
    resourceVersion: string;
    labels?: Record<string, string>;
    annotations?: Record<string, string>;
    creationTimestamp: string;
    deletionTimestamp?: string;
  };
  spec?: Record<string, unknown>;
  status?: Record<string, unknown>;
  data?: Record<string, string>;
}

/** An object as a manifest has it. */
export interface Manifest {
  apiVersion: string;
  kind: string;
  metadata: { name: string; namespace?: string; labels?: Record<string, string> };
}

interface Resource {
  path: string;
  kind: string;
  apiVersion: string;
  namespaced: boolean;
}

/** What changes by itself: a test that compares two states of a namespace must not see it. */
const RESTLESS = new Set(['Event', 'Lease', 'EndpointSlice', 'Endpoints', 'Pod']);

/** The cluster as its administrator sees it: what a test prepares, and what it asks when an action says that it is done. */
export class ClusterView {
  private readonly platform: Platform;
  private readonly cluster: LocalCluster;
  private kinds: Promise<Resource[]> | undefined;
  private readonly served = new Map<string, Promise<Resource[]>>();

  /** @param user whom the administrator impersonates */
  constructor(platform: Platform, user?: string) {
    this.platform = platform;
    this.cluster = localCluster(platform, user);
  }

  /** The cluster as somebody else sees it, such as system:serviceaccount:<namespace>:<name>. */
  as(user: string): ClusterView {
    return new ClusterView(this.platform, user);
  }

  /** @param path of the API, such as /apis/apps/v1/namespaces/x/deployments/y */
  async get(path: string): Promise<Live> {
    return (await this.cluster.admin('GET', path)) as unknown as Live;
  }

  /** As `get`; undefined where there is no such object. */
  async find(path: string): Promise<Live | undefined> {
    try {
      return await this.get(path);
    } catch (error) {
      if (String(error).includes(': 404 ')) return undefined;
      throw error;
    }
  }

  create(path: string, body: object): Promise<Record<string, unknown>> {
    return this.cluster.admin('POST', path, body);
  }

  /** Applies objects as `kubectl apply --server-side` does, one after the other. */
  async apply(...objects: Manifest[]): Promise<void> {
    for (const object of objects) {
      const path = `${await this.pathOf(object)}?fieldManager=operator&fieldValidation=Strict`;
      await this.cluster.admin('PATCH', path, object);
    }
  }

  /** Changes an object by a JSON merge patch. */
  async merge(path: string, patch: object): Promise<void> {
    await this.cluster.admin('PATCH', path, patch, { 'content-type': 'application/merge-patch+json' });
  }

  /** A kubeconfig's parts: address and authority of the API server, and a token of a ServiceAccount for an hour. */
  async access(namespace: string, account: string): Promise<{ server: string; ca: string; token: string }> {
    const { host, port, ca } = this.cluster;
    const request = { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', spec: {} };
    const path = `/api/v1/namespaces/${namespace}/serviceaccounts/${account}/token`;
    const { status } = await this.cluster.admin('POST', path, request);
    return { server: `https://${host}:${port}`, ca, token: String(Object(status).token) };
  }

  async pathOf({ apiVersion, kind, metadata: { name, namespace } }: Manifest): Promise<string> {
    const resource = (await this.resourcesOf(apiVersion)).find((one) => one.kind === kind);
    if (!resource) throw new Error(`the cluster serves no ${kind} of ${apiVersion}`);
    return `${resource.path.replace('{namespace}', `namespaces/${namespace}`)}/${name}`;
  }

  /** Deletes an object; one that is gone already is fine. */
  async remove(path: string, options: { dryRun?: ['All'] } = {}): Promise<void> {
    const body = { kind: 'DeleteOptions', apiVersion: 'v1', propagationPolicy: 'Background', ...options };
    await this.cluster.admin('DELETE', path, body).catch((error: unknown) => {
      if (!String(error).includes(': 404 ')) throw error;
    });
  }

  /** Runs a command in a pod; what it prints. */
  exec(namespace: string, pod: string, command: readonly string[]): Promise<Buffer> {
    return exec(this.cluster, namespace, pod, command);
  }

  deployment(namespace: string, name: string): Promise<Live> {
    return this.get(`/apis/apps/v1/namespaces/${namespace}/deployments/${name}`);
  }

  /** The image that a Deployment says its pods have. */
  async imageOf(namespace: string, name: string): Promise<string> {
    const { spec } = await this.deployment(namespace, name);
    const template = spec?.template as { spec: { containers: { image: string }[] } };
    return template.spec.containers[0]?.image ?? '';
  }

  /** The app's pods, those that are going included. */
  podsOf(namespace: string, app: string): Promise<Live[]> {
    const selector = `slipway.dev/app=${app},app.kubernetes.io/component=web`;
    return this.list(`/api/v1/namespaces/${namespace}/pods`, selector);
  }

  /** The image of each pod that serves, as the node tells it: the digest that really runs. */
  async running(namespace: string, app: string): Promise<string[]> {
    const pods = await this.podsOf(namespace, app);
    return pods
      .filter((pod) => pod.metadata.deletionTimestamp === undefined && pod.status?.phase === 'Running')
      .map((pod) => {
        const [first] = (pod.status?.containerStatuses ?? []) as { imageID: string }[];
        return first?.imageID ?? '';
      });
  }

  async list(path: string, labelSelector = ''): Promise<Live[]> {
    const query = labelSelector === '' ? '' : `?labelSelector=${encodeURIComponent(labelSelector)}`;
    const { items, kind, apiVersion } = (await this.cluster.admin('GET', `${path}${query}`)) as unknown as {
      items: Live[];
      kind: string;
      apiVersion: string;
    };
    return items.map((item) => ({ ...item, kind: kind.replace(/List$/, ''), apiVersion }));
  }

  /** Every object of every kind that the API server can list, in all namespaces, that has these labels. */
  async everything(labelSelector: string): Promise<string[]> {
    const found = await Promise.all(
      (await this.resources()).map(({ path }) => this.list(path.replace('/{namespace}', ''), labelSelector)),
    );
    return found.flat().map(({ kind, metadata }) => `${kind} ${metadata.namespace ?? '-'}/${metadata.name}`);
  }

  /**
   * The objects of a namespace and their versions, without those that change by themselves: equal before and after a run
   * that wrote nothing. Empty for a namespace that is not there.
   */
  async snapshot(namespace: string): Promise<string[]> {
    const namespaced = (await this.resources()).filter((one) => one.namespaced && !RESTLESS.has(one.kind));
    const found = await Promise.all(
      namespaced.map(({ path }) => this.list(path.replace('{namespace}', `namespaces/${namespace}`))),
    );
    return found
      .flat()
      .map(({ kind, metadata }) => `${kind} ${metadata.name} ${metadata.uid} ${metadata.resourceVersion}`)
      .sort();
  }

  private resources(): Promise<Resource[]> {
    this.kinds ??= this.discover();
    return this.kinds;
  }

  private async discover(): Promise<Resource[]> {
    const { groups } = (await this.cluster.admin('GET', '/apis')) as unknown as {
      groups: { preferredVersion: { groupVersion: string } }[];
    };
    const versions = ['v1', ...groups.map(({ preferredVersion }) => preferredVersion.groupVersion)];
    const lists = await Promise.all(versions.map((version) => this.resourcesOf(version)));
    return lists.flat();
  }

  private resourcesOf(version: string): Promise<Resource[]> {
    const known = this.served.get(version) ?? this.askResourcesOf(version);
    this.served.set(version, known);
    return known;
  }

  private async askResourcesOf(version: string): Promise<Resource[]> {
    const base = version === 'v1' ? '/api/v1' : `/apis/${version}`;
    const { resources } = (await this.cluster.admin('GET', base)) as unknown as {
      resources: { name: string; kind: string; namespaced: boolean; verbs: string[] }[];
    };
    return resources
      .filter(({ name, verbs }) => verbs.includes('list') && !name.includes('/'))
      .map(({ name, kind, namespaced }) => ({
        path: `${base}${namespaced ? '/{namespace}' : ''}/${name}`,
        kind,
        apiVersion: version,
        namespaced,
      }));
  }
}
