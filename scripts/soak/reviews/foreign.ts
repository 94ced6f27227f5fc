import { LABELS } from '../../../src/objects/names.ts';
import type { Cluster } from '../../../src/ports.ts';

const NAMESPACE = { apiVersion: 'v1', kind: 'Namespace' };

/** Namespaces that are not ours, and look a little like it. */
export class Foreign {
  private readonly cluster: Cluster;
  private readonly names: string[] = [];

  constructor(cluster: Cluster) {
    this.cluster = cluster;
  }

  async make(app: string, repositoryId: number): Promise<void> {
    const ours = {
      [LABELS.managedBy]: 'slipway',
      [LABELS.app]: app,
      [LABELS.repository]: String(repositoryId),
      [LABELS.pullRequest]: '1',
    };
    const others: [string, Record<string, string>][] = [
      ['other', { ...ours, [LABELS.repository]: String(repositoryId + 1) }],
      ['hand', { ...ours, [LABELS.managedBy]: 'hand' }],
      ['staging', { ...ours, [LABELS.environment]: 'staging' }],
      ['plain', {}],
    ];
    for (const [what, labels] of others) {
      const name = `soak-${what}-${repositoryId}`;
      await this.cluster.create({ ...NAMESPACE, metadata: { name, labels } }, { fieldManager: 'soak' });
      const inside = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'kept', namespace: name, labels } };
      await this.cluster.create(inside, { fieldManager: 'soak' });
      this.names.push(name);
    }
  }

  isForeign(name: string): boolean {
    return this.names.includes(name);
  }

  async violations(): Promise<string[]> {
    const found = await Promise.all(
      this.names.map(async (name) => {
        const live = await this.cluster.get({ ...NAMESPACE, name });
        const inside = await this.cluster.get({ apiVersion: 'v1', kind: 'ConfigMap', name: 'kept', namespace: name });
        const whole = live !== undefined && live.metadata.deletionTimestamp === undefined && inside !== undefined;
        return whole ? [] : [`not ours, and gone: ${name}`];
      }),
    );
    return found.flat();
  }

  async remove(): Promise<void> {
    for (const name of this.names) await this.cluster.delete({ ...NAMESPACE, name });
  }
}
