import type { Release as Record } from '../../../src/objects/release.ts';
import { RELEASE_TYPE, readRecord } from '../../../src/objects/release-record.ts';
import type { KubeObject } from '../../../src/ports.ts';
import type { ClusterView, Live } from '../../../test/support/e2e/cluster.ts';
import type { Place } from './report.ts';
import { type Release, settingsOf } from './workspace.ts';

const SETTLES_WITHIN_MS = 60_000;
const POLL_MS = 500;

/** The namespace of one app, read as the cluster's administrator. */
export class Namespace {
  private readonly cluster: ClusterView;
  private readonly app: string;
  private readonly name: string;

  constructor(cluster: ClusterView, app: string, name: string) {
    this.cluster = cluster;
    this.app = app;
    this.name = name;
  }

  /** Where a run was when it was killed, by what is there of the release that it was about. */
  async placeOf(release: Release, before: number): Promise<Place> {
    const [records, holders] = await Promise.all([this.records(), this.holders()]);
    const record = records.find(({ revision }) => revision > before);
    if (!record) return holders.length > 0 ? 'with its lease, before a write' : 'before its lease';
    if (record.outcome !== 'pending') return 'after it was done';
    if ((await this.settingsInUse()) === settingsOf(this.app, release)) return 'with its workloads written';
    const job = (await this.jobs()).find(({ metadata }) => metadata.name === record.migration);
    if (!job) return 'writing configuration';
    return isComplete(job) ? 'between migration and workloads' : 'in its migration';
  }

  async newestRevision(): Promise<number> {
    return Math.max(0, ...(await this.records()).map(({ revision }) => revision));
  }

  /** Everything that is not as it must be after a run that was not disturbed; old pods get their time to go. */
  async violations(release: Release): Promise<string[]> {
    const deadline = Date.now() + SETTLES_WITHIN_MS;
    for (;;) {
      const found = await this.look(release);
      if (found.length === 0 || Date.now() > deadline) return found;
      await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    }
  }

  private async look(release: Release): Promise<string[]> {
    const parts = await Promise.all([
      this.notReady(release),
      this.wrongPods(release),
      this.holders().then((holders) => holders.map((holder) => `the lease is still held by ${holder}`)),
      this.orphans(release),
      this.records().then((records) => {
        const newest = records.sort((a, b) => b.revision - a.revision)[0];
        return newest?.outcome === 'succeeded' ? [] : [`the newest release is recorded as ${newest?.outcome}`];
      }),
    ]);
    return parts.flat();
  }

  private async notReady(release: Release): Promise<string[]> {
    const { spec, status = {}, metadata } = await this.cluster.deployment(this.name, this.app);
    const { generation } = metadata as { generation?: number };
    const problems: string[] = [];
    const image = await this.cluster.imageOf(this.name, this.app);
    if (image !== release.image) problems.push(`the Deployment has ${image}, not ${release.image}`);
    if (status.observedGeneration !== generation) problems.push('the Deployment was not observed');
    for (const count of ['updatedReplicas', 'availableReplicas', 'replicas'] as const) {
      if (status[count] !== spec?.replicas) problems.push(`${count} is ${status[count]}, not ${spec?.replicas}`);
    }
    if ((await this.settingsInUse()) !== settingsOf(this.app, release))
      problems.push('the settings are of another release');
    return problems;
  }

  /** What really runs: the digest of each pod, as the node tells it. */
  private async wrongPods({ image }: Release): Promise<string[]> {
    const pods = await this.cluster.list(`/api/v1/namespaces/${this.name}/pods`, `app=${this.app}`);
    const digest = image.split('@')[1] ?? image;
    const wrong = pods.filter((pod) => {
      const [first] = (pod.status?.containerStatuses ?? []) as { imageID: string }[];
      return !first?.imageID.endsWith(digest);
    });
    return [
      ...wrong.map(({ metadata }) => `Pod ${metadata.name} does not run ${digest}`),
      ...(pods.length === 2 ? [] : [`there are ${pods.length} pods, not 2`]),
    ];
  }

  /** Objects of every kind with the app's label that are not of the release, and Jobs that are still at work. */
  private async orphans(release: Release): Promise<string[]> {
    const own = [
      `Deployment ${this.name}/${this.app}`,
      `Service ${this.name}/${this.app}`,
      `ConfigMap ${this.name}/${settingsOf(this.app, release)}`,
    ];
    // Records are kept for ten releases, migrations and their pods for a week, one Lease for good; of a Service the cluster
    // itself makes endpoints.
    const kept = new RegExp(`^(Secret .*/slipway-release-|(Job|Pod) .*/${this.app}-migrate-|Lease |Endpoint)`);
    const all = await this.cluster.everything(`slipway.dev/app=${this.app}`);
    const running = (await this.jobs()).filter((job) => !isComplete(job)).map(({ metadata }) => metadata.name);
    const missing = own.filter((name) => !all.includes(name)).map((name) => `${name} is missing`);
    const left = all.filter((name) => !own.includes(name) && !kept.test(name)).map((name) => `${name} is left over`);
    return [...missing, ...left, ...running.map((name) => `Job ${name} is not complete`)];
  }

  private async settingsInUse(): Promise<string | undefined> {
    const deployment = await this.cluster.find(`/apis/apps/v1/namespaces/${this.name}/deployments/${this.app}`);
    const template = deployment?.spec?.template as Template | undefined;
    return template?.spec.containers[0]?.envFrom?.[0]?.configMapRef?.name;
  }

  private jobs(): Promise<Live[]> {
    return this.cluster.list(`/apis/batch/v1/namespaces/${this.name}/jobs`);
  }

  private async records(): Promise<Record[]> {
    const secrets = await this.cluster.list(`/api/v1/namespaces/${this.name}/secrets`, `slipway.dev/app=${this.app}`);
    const releases = secrets.filter((secret) => (secret as unknown as KubeObject).type === RELEASE_TYPE);
    return releases.flatMap((secret) => readRecord(secret as unknown as KubeObject)?.release ?? []);
  }

  private async holders(): Promise<string[]> {
    const leases = await this.cluster.list(`/apis/coordination.k8s.io/v1/namespaces/${this.name}/leases`);
    return leases.flatMap(({ spec }) => (spec?.holderIdentity ? [String(spec.holderIdentity)] : []));
  }
}

interface Template {
  spec: { containers: { envFrom?: { configMapRef?: { name: string } }[] }[] };
}

function isComplete({ status }: Live): boolean {
  const conditions = (status?.conditions ?? []) as { type: string; status: string }[];
  return conditions.some((condition) => condition.type === 'Complete' && condition.status === 'True');
}
