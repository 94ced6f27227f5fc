import type { Release as Record } from '../../../src/objects/release.ts';
import { RELEASE_TYPE, readRecord } from '../../../src/objects/release-record.ts';
import type { KubeObject } from '../../../src/ports.ts';
import type { ClusterView, Live } from '../../../test/support/e2e/cluster.ts';
import type { Place } from './report.ts';
import type { LiveContainer, Release, Subject, Workload } from './subject.ts';

const SETTLES_WITHIN_MS = 60_000;
const POLL_MS = 500;

/** The namespace of one app, read as the cluster's administrator. */
export class Namespace {
  private readonly cluster: ClusterView;
  private readonly subject: Subject;
  private readonly name: string;

  constructor(cluster: ClusterView, subject: Subject) {
    this.cluster = cluster;
    this.subject = subject;
    this.name = subject.app;
  }

  /** Where a run was when it was killed, by what is there of the release that it was about. */
  async placeOf(release: Release, before: number): Promise<Place> {
    const [records, holders] = await Promise.all([this.records(), this.holders()]);
    const record = records.find(({ revision }) => revision > before);
    if (!record) return holders.length > 0 ? 'with its lease, before a write' : 'before its lease';
    if (record.outcome !== 'pending') return 'after it was done';
    const workloads = this.subject.workloads(release);
    const written = await Promise.all(workloads.map(({ name }) => this.releaseIn(name)));
    if (written.includes(release.number)) return 'with its workloads written';
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
    const workloads = this.subject.workloads(release);
    const parts = await Promise.all([
      ...workloads.map((workload) => this.notReady(workload, release)),
      ...workloads.map((workload) => this.wrongPods(workload)),
      this.holders().then((holders) => holders.map((holder) => `the lease is still held by ${holder}`)),
      this.orphans(release),
      this.records().then((records) => {
        const newest = records.sort((a, b) => b.revision - a.revision)[0];
        return newest?.outcome === 'succeeded' ? [] : [`the newest release is recorded as ${newest?.outcome}`];
      }),
    ]);
    return parts.flat();
  }

  private async notReady({ name, image, replicas }: Workload, release: Release): Promise<string[]> {
    const deployment = await this.cluster.find(`/apis/apps/v1/namespaces/${this.name}/deployments/${name}`);
    if (!deployment) return [`Deployment ${name} is missing`];
    const { status = {}, metadata } = deployment;
    const { generation } = metadata as { generation?: number };
    const problems: string[] = [];
    const live = await this.cluster.imageOf(this.name, name);
    if (live !== image) problems.push(`Deployment ${name} has ${live}, not ${image}`);
    if (status.observedGeneration !== generation) problems.push(`Deployment ${name} was not observed`);
    for (const count of ['updatedReplicas', 'availableReplicas', 'replicas'] as const) {
      if (status[count] !== replicas) problems.push(`${count} of ${name} is ${status[count]}, not ${replicas}`);
    }
    if ((await this.releaseIn(name)) !== release.number)
      problems.push(`the settings of ${name} are of another release`);
    return problems;
  }

  /** What really runs: the digest of each pod, as the node tells it. */
  private async wrongPods({ name, image, replicas, selector }: Workload): Promise<string[]> {
    const pods = await this.cluster.list(`/api/v1/namespaces/${this.name}/pods`, selector);
    const digest = image.split('@')[1] ?? image;
    const wrong = pods.filter((pod) => {
      const [first] = (pod.status?.containerStatuses ?? []) as { imageID: string }[];
      return !first?.imageID.endsWith(digest);
    });
    return [
      ...wrong.map(({ metadata }) => `Pod ${metadata.name} does not run ${digest}`),
      ...(pods.length === replicas ? [] : [`there are ${pods.length} pods of ${name}, not ${replicas}`]),
    ];
  }

  /** Objects of every kind with the app's label that are not of the release, and Jobs that are still at work. */
  private async orphans(release: Release): Promise<string[]> {
    const { app } = this.subject;
    const own = this.subject.objects(release).map((object) => object.replace(' ', ` ${this.name}/`));
    // Records are kept for ten releases, migrations and their pods for a week, one Lease for good; of a Service the cluster
    // itself makes endpoints, and of a Deployment ReplicaSets and pods, which are judged by themselves.
    const kept = new RegExp(`^(Secret .*/slipway-release-|Job .*/${app}-migrate-|Lease |Endpoint|ReplicaSet |Pod )`);
    const all = await this.cluster.everything(`slipway.dev/app=${app}`);
    const running = (await this.jobs()).filter((job) => !isComplete(job)).map(({ metadata }) => metadata.name);
    const missing = own.filter((name) => !all.includes(name)).map((name) => `${name} is missing`);
    const left = all.filter((name) => !own.includes(name) && !kept.test(name)).map((name) => `${name} is left over`);
    return [...missing, ...left, ...running.map((name) => `Job ${name} is not complete`)];
  }

  /** The release that a Deployment is of. */
  private async releaseIn(name: string): Promise<number | undefined> {
    const deployment = await this.cluster.find(`/apis/apps/v1/namespaces/${this.name}/deployments/${name}`);
    const template = deployment?.spec?.template as Template | undefined;
    const container = template?.spec.containers[0];
    return container && this.subject.releaseOf(container);
  }

  private jobs(): Promise<Live[]> {
    return this.cluster.list(`/apis/batch/v1/namespaces/${this.name}/jobs`);
  }

  private async records(): Promise<Record[]> {
    const secrets = await this.cluster.list(
      `/api/v1/namespaces/${this.name}/secrets`,
      `slipway.dev/app=${this.subject.app}`,
    );
    const releases = secrets.filter((secret) => (secret as unknown as KubeObject).type === RELEASE_TYPE);
    return releases.flatMap((secret) => readRecord(secret as unknown as KubeObject)?.release ?? []);
  }

  private async holders(): Promise<string[]> {
    const leases = await this.cluster.list(`/apis/coordination.k8s.io/v1/namespaces/${this.name}/leases`);
    return leases.flatMap(({ spec }) => (spec?.holderIdentity ? [String(spec.holderIdentity)] : []));
  }
}

interface Template {
  spec: { containers: LiveContainer[] };
}

function isComplete({ status }: Live): boolean {
  const conditions = (status?.conditions ?? []) as { type: string; status: string }[];
  return conditions.some((condition) => condition.type === 'Complete' && condition.status === 'True');
}
