import { parseConfig } from '../../../src/config/load.ts';
import type { PipelineEvent } from '../../../src/event/pipeline-event.ts';
import { buildInputs } from '../../../src/inputs/build-image.ts';
import { pushInputs } from '../../../src/inputs/push-to-registry.ts';
import { Inputs } from '../../../src/inputs/read.ts';
import { planBuilds } from '../../../src/plan/build-plan.ts';
import { planPushes } from '../../../src/plan/push-plan.ts';
import { planTests } from '../../../src/plan/test-plan.ts';
import type { Builder, JobIdentity, LocalImage } from '../../../src/ports.ts';
import type { StageResult } from '../../../src/stage-result.ts';
import { runBuild } from '../../../src/stages/build/run.ts';
import type { ReadPorts } from '../../../src/stages/evidence/ports.ts';
import { runPush } from '../../../src/stages/push/run.ts';
import type { TestPorts } from '../../../src/stages/test/ports.ts';
import { writeRecord } from '../../../src/stages/test/record.ts';
import { runTests } from '../../../src/stages/test/run.ts';
import type { TestRun } from '../../../src/stages/test/test-run.ts';
import { memoryLog } from '../kube/cluster.ts';
import { StepClock } from '../step-clock.ts';
import { MemoryReferrers, memoryIdentities } from './memory-evidence.ts';
import { MemoryFiles } from './memory-files.ts';
import { localImage, MemoryRegistry } from './memory-registry.ts';

const REPOSITORY = 'ghcr.io/acme/parking';
const TESTS = 'tests: { unit: { run: pytest } }';

/** One job: who it is, and what it works on. */
export interface ImageJob {
  event: PipelineEvent;
  as: JobIdentity;
  /** Digest of the context. */
  context?: string;
  /** slipway.yml beside app and image. */
  more?: string;
  force?: boolean;
  dockerfile?: string;
  /** Build arguments: lines NAME=value. */
  args?: string;
  /** false: the job has no permission to sign. */
  signs?: boolean;
  /** false: no test runs. */
  tested?: boolean;
}

export interface ImageJobResult {
  build: StageResult;
  /** undefined where the tests run, which takes an engine. */
  tests: StageResult | undefined;
  push: StageResult;
  lines: string[];
}

/** Builds, tests and pushes of several jobs with one registry. Each build makes an image of its own. */
export class DeliveryOfImages {
  readonly registry = new MemoryRegistry(REPOSITORY);
  readonly referrers = new MemoryReferrers();
  /** Commit → tree. */
  readonly trees = new Map<string, string>();
  readonly clock = new StepClock();
  built = 0;

  /** The whole job, as a workflow runs it. */
  async run(job: ImageJob): Promise<ImageJobResult> {
    const config = parseConfig(
      `app: parking\nimage: { repository: ${REPOSITORY} }\n${job.more ?? TESTS}\n`,
      'slipway.yml',
    );
    const [files, log, signal] = [new MemoryFiles(), memoryLog(), new AbortController().signal];
    const common = { files, log, signal, clock: this.clock };
    const inputs = new Inputs({ INPUT_FORCE: String(job.force ?? false), INPUT_BUILD_ARGS: job.args ?? '' });
    const about = { config: 'slipway.yml', workingDirectory: '/w', githubToken: undefined };
    const builder = this.builder();
    const build = await runBuild(planBuilds(buildInputs(inputs, about), config, job.event, { RUNNER_TEMP: '/tmp/r' }), {
      ...common,
      builder,
      context: {
        scan: async () => ({
          ...{
            digest: job.context ?? 'c',
            dockerfile: job.dockerfile ?? 'FROM scratch',
            files: 1,
            bytes: 1,
            credentials: [],
            history: false,
          },
        }),
        requireInside: async () => undefined,
        scanNamed: () => Promise.reject(new Error('these images have no named contexts')),
      },
      baseImages: { digestOf: async () => undefined },
      history: { commitTime: async () => 1 },
      secrets: {},
      atOnce: 1,
      pushed: () => this.pushedPorts(job),
    });
    const plan = planTests(
      { workingDirectory: '/w', image: build.outputs.image, only: [], timeoutMs: undefined },
      config,
      job.event,
      {
        ...{ runId: '1', password: 'p', baseUrl: undefined, temp: '/tmp/r' },
      },
    );
    const reused = build.outputs.image?.includes('@') ?? false;
    const tests = reused ? await runTests(plan, { ...common, images: builder } as unknown as TestPorts) : undefined;
    if (!reused && job.tested !== false) await this.pass(plan, build.outputs['image-id'] ?? '', files);
    const push = await runPush(
      planPushes(pushInputs(new Inputs({ INPUT_IMAGE: build.outputs.image }), '/w'), config, job.event, '/tmp/r'),
      {
        ...common,
        images: builder as Builder,
        registry: this.registry,
        referrers: this.referrers,
        identities: memoryIdentities(job.signs === false ? undefined : job.as),
      },
    );
    return { build, tests, push, lines: log.lines };
  }

  private pushedPorts({ event, as }: ImageJob) {
    const { id, defaultBranch } = event.repository;
    return {
      ...this.readPorts(),
      registry: this.registry,
      here: { repositoryId: id, defaultBranch, sha: as.sha },
    };
  }

  /** The ports of whoever reads evidence. */
  readPorts(): ReadPorts {
    return {
      referrers: this.referrers,
      identities: memoryIdentities(undefined),
      github: { treeOf: async (sha: string) => this.trees.get(sha) },
    };
  }

  private builder(): Builder {
    // The image itself is built first, then the stages for tests.
    let first: LocalImage | undefined;
    return {
      contents: async (config: string) => [
        { config, platform: 'linux/amd64', created: '', files: new Map(), goPrograms: new Map(), gaps: [] },
      ],
      prepare: () => undefined,
      platform: async () => 'linux/amd64',
      listImages: async () => [],
      build: async () => {
        const image = localImage(`sha256:${String(++this.built).padStart(64, '0')}`);
        first ??= image;
        return image;
      },
      inspect: async () => first,
      tag: async () => undefined,
    } as unknown as Builder;
  }

  /** What run-tests records of tests that pass. */
  private async pass(
    { tests, recordsDir = '' }: ReturnType<typeof planTests>,
    image: string,
    files: MemoryFiles,
  ): Promise<void> {
    const runs = tests.map(
      ({ name, hash }) =>
        ({
          ...{ name, hash, passed: true, counts: { passed: 3, failed: 0, skipped: 0 } },
          coverage: { lines: { percent: 200 / 3, covered: 2, valid: 3 }, branches: { percent: 50 } },
        }) as TestRun,
    );
    const about = { image, name: 'parking', commit: '0123456789abcdef0123456789abcdef01234567' };
    await writeRecord(files, recordsDir, about, runs, this.clock.now());
  }
}
