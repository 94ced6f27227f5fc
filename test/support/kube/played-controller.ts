import type { Platform } from '../../../local/platform.ts';
import { systemClock } from '../../../src/adapters/clock/system-clock.ts';
import type { KubeCluster } from '../../../src/adapters/kube/kube-cluster.ts';
import { readKubeconfig } from '../../../src/adapters/kube/kubeconfig.ts';
import { Rest } from '../../../src/adapters/kube/rest.ts';
import type { ApiResource, KubeObject, ObjectRef } from '../../../src/ports.ts';
import { memoryLog } from './cluster.ts';

/** Plays controllers that this cluster has not, such as those of load balancers: waits for an object, and writes its status. */
export class PlayedController {
  private readonly cluster: KubeCluster;
  private readonly rest: Rest;
  private readonly over = new AbortController();

  constructor(platform: Platform, cluster: KubeCluster) {
    const connection = readKubeconfig(platform.kubeconfig, platform.context);
    this.cluster = cluster;
    this.rest = new Rest({ connection, clock: systemClock, log: memoryLog(), signal: this.over.signal });
  }

  /** Writes a status once, as soon as the object is there. */
  async answer(ref: ObjectRef, status: (object: KubeObject) => object): Promise<void> {
    const { apiVersion, kind, name, namespace } = ref;
    const selection = { ...(namespace ? { namespace } : {}), fieldSelector: `metadata.name=${name}` };
    for await (const { type, object } of this.cluster.watch({ apiVersion, kind }, selection, this.over.signal)) {
      if (type === 'DELETED') continue;
      await this.write(ref, status(object));
      return;
    }
  }

  async write(ref: ObjectRef, status: object): Promise<void> {
    const resource = await this.cluster.resource(ref);
    if (resource === undefined) throw new Error(`${ref.kind} is not served`);
    await this.rest.json({
      method: 'PATCH',
      path: `${pathOf(ref, resource)}/status`,
      headers: { 'content-type': 'application/merge-patch+json' },
      body: JSON.stringify({ status }),
    });
  }

  close(): void {
    this.over.abort();
    this.rest.close();
  }
}

function pathOf({ apiVersion, namespace, name }: ObjectRef, { group, resource }: ApiResource): string {
  const base = group === '' ? `/api/${apiVersion}` : `/apis/${apiVersion}`;
  return `${base}${namespace ? `/namespaces/${namespace}` : ''}/${resource}/${name}`;
}
