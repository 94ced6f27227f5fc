import { type Fact, unknown } from '../../plan/doctor/fact.ts';
import type { InspectedCluster, Kind, KubeObject, ObjectRef, Selection } from '../../ports.ts';
import { look } from './look.ts';

/** The facts of one cluster, each read once. Nothing more is asked of a cluster that does not answer. */
export class ClusterView {
  private readonly open: () => Promise<InspectedCluster>;
  private readonly read = new Map<string, Promise<Fact<unknown>>>();

  /** @param open signs in; sends nothing to the cluster */
  constructor(open: () => Promise<InspectedCluster>) {
    this.open = open;
  }

  /** The cluster, once it has told its version. */
  reached(): Promise<Fact<{ cluster: InspectedCluster; version: string }>> {
    return this.once('', async () => {
      const cluster = await this.open();
      return { cluster, version: await cluster.version() };
    });
  }

  get(ref: ObjectRef): Promise<Fact<KubeObject | undefined>> {
    return this.asked(`get ${JSON.stringify(ref)}`, (cluster) => cluster.get(ref));
  }

  list(kind: Kind, selection?: Selection): Promise<Fact<KubeObject[]>> {
    return this.asked(`list ${JSON.stringify([kind, selection])}`, (cluster) => cluster.list(kind, selection));
  }

  serves(kind: Kind): Promise<Fact<boolean>> {
    return this.asked(
      `serves ${kind.apiVersion}/${kind.kind}`,
      async (cluster) => (await cluster.resource(kind)) !== undefined,
    );
  }

  /** @param key the same for the same question */
  async asked<T>(key: string, ask: (cluster: InspectedCluster) => Promise<T>): Promise<Fact<T>> {
    const reached = await this.reached();
    if (!reached.known) return unknown('the cluster cannot be reached');
    return this.once(key, () => ask(reached.value.cluster));
  }

  private once<T>(key: string, ask: () => Promise<T>): Promise<Fact<T>> {
    const asked = (this.read.get(key) as Promise<Fact<T>> | undefined) ?? look(ask);
    this.read.set(key, asked);
    return asked;
  }
}
