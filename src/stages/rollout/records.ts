import { EnvironmentError, UserError } from '../../errors.ts';
import { FIELD_MANAGER, LABELS } from '../../objects/names.ts';
import { type Owner, otherOwner } from '../../objects/owner.ts';
import { outdated, type Release } from '../../objects/release.ts';
import {
  RELEASE_OBJECTS_TYPE,
  RELEASE_TYPE,
  readRecord,
  recordName,
  releaseSecrets,
  secretNames,
} from '../../objects/release-record.ts';
import type { Cluster, KubeObject } from '../../ports.ts';
import { inPool } from '../pool.ts';

const SECRET = { apiVersion: 'v1', kind: 'Secret' };
const WRITE = { fieldManager: FIELD_MANAGER };
/** A person annotates a record once, or a controller copies it: that is over by the next attempt. */
const UPDATE_ATTEMPTS = 5;

/** Where the record of a revision is kept. */
interface Kept {
  name: string;
  /** Further Secrets with its objects. */
  parts: number;
  /** The record as this run last wrote it; absent for a record that was only read. */
  written?: Version;
}

/** One version of one object. */
type Version = Pick<KubeObject['metadata'], 'uid' | 'resourceVersion'>;

/** The recorded releases of one app in one environment, from the records in its namespace. */
export class Records {
  private readonly cluster: Cluster;
  private readonly namespace: string;
  private readonly repositoryId: number | undefined;
  /** By revision: records of earlier versions have other names. */
  private readonly kept: Map<number, Kept>;

  constructor(
    cluster: Cluster,
    place: { namespace: string; repositoryId?: number | undefined },
    kept = new Map<number, Kept>(),
  ) {
    this.cluster = cluster;
    this.namespace = place.namespace;
    this.repositoryId = place.repositoryId;
    this.kept = kept;
  }

  /** The same records, read and written through this cluster. */
  through(cluster: Cluster): Records {
    return new Records(cluster, { namespace: this.namespace, repositoryId: this.repositoryId }, this.kept);
  }

  /** @throws UserError when another repository has recorded releases of this app and environment here */
  async list({ app, environment }: Pick<Release, 'app' | 'environment'>): Promise<Release[]> {
    const owner = { app, environment, repositoryId: this.repositoryId };
    const secrets = await this.secretsOf(owner, RELEASE_TYPE);
    const foreign = secrets.find(({ metadata }) => otherOwner(metadata, owner));
    if (foreign) throw this.ofAnother(foreign, owner);
    const whole = secrets.flatMap((secret) => readRecord(secret) ?? []);
    const split = whole.length < secrets.length ? await this.secretsOf(owner, RELEASE_OBJECTS_TYPE) : [];
    const parts = new Map(split.map((secret) => [secret.metadata.name, secret]));
    const records = split.length === 0 ? whole : secrets.flatMap((secret) => readRecord(secret, parts) ?? []);
    for (const { name, release, parts: count } of records) this.kept.set(release.revision, { name, parts: count });
    return records.map(({ release }) => release);
  }

  /** @throws EnvironmentError when another run has just taken this revision */
  async begin(release: Release): Promise<void> {
    const { record, objects } = this.secrets(release);
    await inPool(objects, (secret) => this.replaceAny(secret));
    this.kept.set(release.revision, { name: record.metadata.name, parts: objects.length });
    const written = await this.cluster.create(record, WRITE);
    if (written) return this.keep(release, written);
    throw new EnvironmentError(
      `another run is rolling out ${release.app} to ${release.environment} at this very moment`,
      { remedy: 'Give these workflows one concurrency group (docs/workflows.md), and run it again.' },
    );
  }

  /**
   * Writes the current state of the release. Does not recreate a deleted record (of a run killed long ago, pruned since).
   * Replaces the record that this run created without reading it first: the version proves that nobody changed it.
   * @throws EnvironmentError when the record changes at every attempt
   */
  async update(release: Release): Promise<void> {
    const { record } = this.secrets(release);
    const { name } = record.metadata;
    let version = this.keptOf(release).written;
    for (let attempt = 0; attempt < UPDATE_ATTEMPTS; attempt++) {
      version ??= await this.versionOf(record, release);
      if (version === undefined) return;
      const written = await this.cluster.replace({ ...record, metadata: { ...record.metadata, ...version } }, WRITE);
      if (written) return this.keep(release, written);
      version = undefined;
    }
    throw new EnvironmentError(`Secret ${this.namespace}/${name} changes at every attempt to write it`, {
      details: ['It records this release; what the release is now is not written there.'],
      remedy: `See what changes it (kubectl -n ${this.namespace} get secret ${name} --show-managed-fields -o yaml), and run it again.`,
    });
  }

  private keep(release: Release, { metadata: { uid, resourceVersion } }: KubeObject): void {
    this.kept.set(release.revision, { ...this.keptOf(release), written: { uid, resourceVersion } });
  }

  /** undefined if the record does not exist. */
  private async versionOf({ metadata: { name } }: KubeObject, release: Release): Promise<Version | undefined> {
    const live = await this.cluster.get({ ...SECRET, name, namespace: this.namespace });
    if (!live) return undefined;
    const owner = { ...release, repositoryId: this.repositoryId };
    if (otherOwner(live.metadata, owner) !== undefined) throw this.ofAnother(live, owner);
    const { resourceVersion, uid } = live.metadata;
    return { resourceVersion, uid };
  }

  /** Deletes the records that are no longer kept. */
  async prune(releases: readonly Release[]): Promise<void> {
    await inPool(outdated(releases), async (release) => {
      const { name, parts } = this.keptOf(release);
      for (const one of secretNames(name, parts)) {
        await this.cluster.delete({ ...SECRET, name: one, namespace: this.namespace });
      }
    });
  }

  private secretsOf({ app, environment }: Owner, type: string): Promise<KubeObject[]> {
    const labelSelector = `${LABELS.app}=${app},${LABELS.environment}=${environment}`;
    return this.cluster.list(SECRET, { namespace: this.namespace, labelSelector, fieldSelector: `type=${type}` });
  }

  private secrets(release: Release) {
    const { namespace, repositoryId } = this;
    return releaseSecrets(release, { namespace, repositoryId, name: this.keptOf(release).name });
  }

  private keptOf(release: Release): Kept {
    return this.kept.get(release.revision) ?? { name: recordName(release), parts: 0 };
  }

  /** Of a run that was killed before it recorded its release, Secrets with objects may be left. */
  private async replaceAny(secret: KubeObject): Promise<void> {
    const { name } = secret.metadata;
    if (await this.cluster.create(secret, WRITE)) return;
    await this.cluster.delete({ ...SECRET, name, namespace: this.namespace });
    if (await this.cluster.create(secret, WRITE)) return;
    throw new EnvironmentError(`Secret ${this.namespace}/${name} exists already`, {
      details: ['It would hold objects of this release.'],
      remedy: `Delete it and run this again: kubectl -n ${this.namespace} delete secret ${name}`,
    });
  }

  private ofAnother({ metadata: { name, labels } }: KubeObject, { app, environment, repositoryId }: Owner): UserError {
    const { namespace } = this;
    const selector = `${LABELS.app}=${app},${LABELS.environment}=${environment}`;
    return new UserError(
      `namespace ${namespace} holds releases of ${app} in ${environment} from the repository with id ${labels?.[LABELS.repository]}`,
      {
        details: [
          'nothing was written',
          `Secret ${namespace}/${name}; this run is of the repository with id ${repositoryId}`,
        ],
        remedy: `Give this app another name (app), or this environment another namespace. Where this repository replaces the other one, hand its objects over: kubectl -n ${namespace} label secrets,leases,all,ingresses -l ${selector} --overwrite ${LABELS.repository}=${repositoryId}`,
      },
    );
  }
}
