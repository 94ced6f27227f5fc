import { createHash } from 'node:crypto';
import { type Platform, platformEnv } from '../../../local/platform.ts';
import { type ActionResult, jobFolders, type RunningAction, startAction } from '../../../test/support/action-runner.ts';
import { ClusterView } from '../../../test/support/e2e/cluster.ts';
import { scratchFolder } from '../../../test/support/runner/scratch.ts';
import { push } from '../../../test/support/triggers.ts';
import type { Random } from '../random.ts';
import { Namespace } from './cluster.ts';
import type { Kill } from './report.ts';
import type { Release, Subject } from './subject.ts';

/** One app, whose rollouts are killed one after the other. */
export class Lane {
  private readonly platform: Platform;
  private readonly subject: Subject;
  private readonly random: Random;
  private readonly cluster: ClusterView;
  private readonly namespace: Namespace;
  private readonly folders = jobFolders(scratchFolder());
  private releases = 0;
  /** Milliseconds that a rollout takes when nothing disturbs it. */
  private usualMs = 0;

  private constructor(platform: Platform, subject: Subject, random: Random) {
    this.platform = platform;
    this.subject = subject;
    this.random = random;
    this.cluster = new ClusterView(platform);
    this.namespace = new Namespace(this.cluster, subject);
  }

  static async open(platform: Platform, subject: Subject, random: Random): Promise<Lane> {
    const lane = new Lane(platform, subject, random);
    const { exitCode, output, ms } = await (await lane.start(lane.next())).result;
    if (exitCode !== 0) throw new Error(`the first rollout of ${subject.app} did not succeed:\n${output}`);
    lane.usualMs = ms;
    return lane;
  }

  /** Kills one rollout and lets the next one be; undefined when the first had ended before its moment came. */
  async killOne(): Promise<Omit<Kill, 'number'> | undefined> {
    const before = await this.namespace.newestRevision();
    const killed = this.next();
    const afterMs = this.random.next() * this.usualMs;
    const running = await this.start(killed);
    await new Promise((resolve) => setTimeout(resolve, afterMs));
    const { cancelledBy, exitCode } = await running.kill();
    if (cancelledBy === undefined || exitCode !== null) return undefined;
    const place = await this.namespace.placeOf(killed, before);
    const same = this.random.next() < 0.5;
    const wanted = same ? killed : this.next();
    const result = await (await this.start(wanted)).result;
    const violations = [...unexpected(result), ...(await this.namespace.violations(wanted))];
    if (!/waiting/.test(result.output)) this.usualMs = result.ms;
    const { outcome = '' } = result.outputs;
    return { afterMs, place, asked: same ? 'the same' : 'another', outcome, recoveredMs: result.ms, violations };
  }

  async close(): Promise<void> {
    await this.cluster.remove(`/api/v1/namespaces/${this.subject.app}`);
    await this.subject.close();
  }

  private next(): Release {
    this.releases += 1;
    const { images } = this.subject;
    return { number: this.releases, images: images[this.releases % images.length] ?? {} };
  }

  /** A run of the action rolling-update, as the runner starts it. */
  private async start(release: Release): Promise<RunningAction> {
    await this.subject.write(this.folders.workspace, release);
    const commit = createHash('sha1').update(`${this.subject.app} ${release.number}`).digest('hex');
    const env = Object.fromEntries(Object.entries(platformEnv(this.platform)).filter(([, value]) => value));
    return startAction({
      action: 'rolling-update',
      inputs: { image: imageInput(release), timeout: '5m' },
      trigger: push('main', commit),
      facts: { runId: 10_000 + release.number },
      folders: this.folders,
      env,
    });
  }
}

/** The input `image`: a reference, or name=reference on a line for each of several images. */
function imageInput({ images }: Release): string {
  return Object.entries(images)
    .map(([name, reference]) => (name === '' ? reference : `${name}=${reference}`))
    .join('\n');
}

function unexpected({ exitCode, outputs, output }: ActionResult): string[] {
  const good = exitCode === 0 && (outputs.outcome === 'succeeded' || outputs.outcome === 'unchanged');
  return good ? [] : [`the next run ended with ${exitCode} (${outputs.outcome}):\n${output}`];
}
