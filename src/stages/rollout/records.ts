import { EnvironmentError } from '../../errors.ts';
import { FIELD_MANAGER, LABELS } from '../../objects/names.ts';
import { refOf } from '../../objects/ref.ts';
import { outdated, RELEASE_TYPE, type Release, readRelease, releaseSecret } from '../../objects/release.ts';
import type { Cluster } from '../../ports.ts';
import { inPool } from '../pool.ts';

const SECRET = { apiVersion: 'v1', kind: 'Secret' };
const WRITE = { fieldManager: FIELD_MANAGER };
/** Somebody annotates it once, or a controller copies it: that is over by the next try. */
const UPDATE_TRIES = 5;

/** The releases of one app in one environment, as they are recorded in its namespace. */
export class Records {
  private readonly cluster: Cluster;
  private readonly namespace: string;

  constructor(cluster: Cluster, namespace: string) {
    this.cluster = cluster;
    this.namespace = namespace;
  }

  /** The same records, read and written through this cluster. */
  through(cluster: Cluster): Records {
    return new Records(cluster, this.namespace);
  }

  async list({ app, environment }: Pick<Release, 'app' | 'environment'>): Promise<Release[]> {
    const secrets = await this.cluster.list(SECRET, {
      namespace: this.namespace,
      labelSelector: `${LABELS.app}=${app},${LABELS.environment}=${environment}`,
      fieldSelector: `type=${RELEASE_TYPE}`,
    });
    return secrets.flatMap((secret) => readRelease(secret) ?? []);
  }

  /** @throws EnvironmentError when another run has just taken this revision */
  async begin(release: Release): Promise<void> {
    if (await this.cluster.create(releaseSecret(release, this.namespace), WRITE)) return;
    throw new EnvironmentError(
      `another run is rolling out ${release.app} to ${release.environment} at this very moment`,
      { remedy: 'Give these workflows one concurrency group (see workflows/), and run it again.' },
    );
  }

  /**
   * Writes the release as it is now. A record that is gone (of a run killed long ago, pruned since) stays gone.
   * @throws EnvironmentError when somebody else changes it at every try
   */
  async update(release: Release): Promise<void> {
    const secret = releaseSecret(release, this.namespace);
    for (let tries = 0; tries < UPDATE_TRIES; tries++) {
      const live = await this.cluster.get(refOf(secret));
      if (!live) return;
      const { resourceVersion, uid } = live.metadata;
      const metadata = { ...secret.metadata, resourceVersion, uid };
      if (await this.cluster.replace({ ...secret, metadata }, WRITE)) return;
    }
    throw new EnvironmentError(`Secret ${this.namespace}/${secret.metadata.name}: somebody else keeps changing it`, {
      details: ['It records this release: what it is now is not written there.'],
      remedy: `See who does (kubectl -n ${this.namespace} get secret ${secret.metadata.name} --show-managed-fields -o yaml), and run it again.`,
    });
  }

  /** Removes what is kept no longer. */
  async prune(releases: readonly Release[]): Promise<void> {
    await inPool(outdated(releases), (release) => this.cluster.delete(refOf(releaseSecret(release, this.namespace))));
  }
}
