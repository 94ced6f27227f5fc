import { PermissionMissing, SlipwayError } from '../../errors.ts';
import { lastGood, type Release } from '../../objects/release.ts';
import type { Cluster, Kind, KubeObject, Selection } from '../../ports.ts';
import type { LiveEnvironment, LiveView } from '../../preflight/live/facts.ts';
import { inPool } from '../pool.ts';
import { Records } from '../rollout/records.ts';

/** An environment whose cluster is read. */
export interface LiveTarget {
  app: string;
  environment: string;
  namespace: string;
}

interface Wanted extends Kind, Selection {
  /** Only some clusters serve it. */
  optional?: true;
}

const core = (kind: string): Wanted => ({ apiVersion: 'v1', kind });
const apps = (kind: string): Wanted => ({ apiVersion: 'apps/v1', kind });
const issued = (kind: string): Wanted => ({ apiVersion: 'cert-manager.io/v1', kind, optional: true });

/** Kinds of the namespace of an environment. Secrets are not among them. */
const OWN: readonly Wanted[] = [
  ...['Deployment', 'StatefulSet', 'DaemonSet'].map(apps),
  ...['Service', 'PersistentVolumeClaim', 'ConfigMap', 'ServiceAccount'].map(core),
  { apiVersion: 'batch/v1', kind: 'CronJob' },
  { apiVersion: 'autoscaling/v2', kind: 'HorizontalPodAutoscaler' },
  { apiVersion: 'networking.k8s.io/v1', kind: 'Ingress' },
  { ...core('Event'), fieldSelector: 'reason=NotTriggerScaleUp' },
];
/** Kinds of the whole cluster. */
const SHARED: readonly Wanted[] = [
  { apiVersion: 'storage.k8s.io/v1', kind: 'StorageClass' },
  { apiVersion: 'networking.k8s.io/v1', kind: 'IngressClass' },
  core('PersistentVolume'),
  ...['Certificate', 'CertificateRequest', 'Issuer', 'ClusterIssuer'].map(issued),
];
const SCALER = { apiVersion: 'v1', kind: 'ConfigMap', namespace: 'kube-system', name: 'cluster-autoscaler-status' };

/** Reads the clusters of the environments. What is not permitted, or not answered, becomes a note. */
export async function readLive(
  targets: readonly LiveTarget[],
  connect: (environment: string) => Promise<Cluster>,
): Promise<LiveView> {
  const notes = new Set<string>();
  const shared = new Map<string, Promise<ReadonlyMap<string, readonly KubeObject[]>>>();
  const read = async (target: LiveTarget): Promise<LiveEnvironment> => {
    const cluster = await connect(target.environment);
    const version = await cluster.version();
    const reader = new Reader(cluster, (note) => notes.add(note));
    const whole = shared.get(cluster.name) ?? reader.shared();
    shared.set(cluster.name, whole);
    const [own, release, all] = await Promise.all([reader.own(target.namespace), reader.release(target), whole]);
    const { environment, namespace } = target;
    return { environment, namespace, version, own, shared: all, recorded: release?.objects, images: release?.images };
  };
  const environments = await inPool(targets, async (target) => {
    try {
      return [await read(target)];
    } catch (error) {
      if (!(error instanceof SlipwayError)) throw error;
      notes.add(`The cluster of ${target.environment} was not looked at: ${error.message}.`);
      return [];
    }
  });
  return { environments: environments.flat(), notes: [...notes] };
}

class Reader {
  private readonly cluster: Cluster;
  private readonly note: (sentence: string) => void;

  constructor(cluster: Cluster, note: (sentence: string) => void) {
    this.cluster = cluster;
    this.note = note;
  }

  own(namespace: string): Promise<ReadonlyMap<string, readonly KubeObject[]>> {
    return this.all(OWN.map((wanted) => ({ ...wanted, namespace })));
  }

  async shared(): Promise<ReadonlyMap<string, readonly KubeObject[]>> {
    const [kinds, scaler] = await Promise.all([
      this.all(SHARED),
      this.permitted('the state of the cluster autoscaler', () => this.cluster.get(SCALER)),
    ]);
    return new Map([...kinds, ...(scaler ? [['ConfigMap', [scaler]] as const] : [])]);
  }

  /** The last good release; undefined: there is none, or it may not be read. */
  async release({ app, environment, namespace }: LiveTarget): Promise<Release | undefined> {
    const what = `the releases of ${environment}`;
    const releases = await this.permitted(what, () =>
      new Records(this.cluster, { namespace }).list({ app, environment }),
    );
    return lastGood(releases ?? []);
  }

  private async all(wanted: readonly Wanted[]): Promise<ReadonlyMap<string, readonly KubeObject[]>> {
    const found = await inPool(wanted, async ({ optional, apiVersion, kind, ...selection }) => {
      const of = { apiVersion, kind };
      const place = selection.namespace === undefined ? 'of the cluster' : `in namespace ${selection.namespace}`;
      const objects = await this.permitted(`${kind}s ${place}`, async () => {
        if (optional && (await this.cluster.resource(of)) === undefined) return undefined;
        return this.cluster.list(of, selection);
      });
      return objects === undefined ? [] : [[kind, objects] as const];
    });
    return new Map(found.flat());
  }

  private async permitted<T>(what: string, read: () => Promise<T>): Promise<T | undefined> {
    try {
      return await read();
    } catch (error) {
      if (!(error instanceof PermissionMissing)) throw error;
      const { permission } = error;
      this.note(
        `Not looked at: ${what}${permission === undefined ? '' : `; it needs the permission \`${permission}\``}.`,
      );
      return undefined;
    }
  }
}
