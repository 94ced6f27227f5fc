import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { systemClock } from '../../../src/adapters/clock/system-clock.ts';
import { diskContext } from '../../../src/adapters/context/build-context.ts';
import { DockerBuilder } from '../../../src/adapters/docker/builder.ts';
import { DockerContainers } from '../../../src/adapters/docker/containers.ts';
import { localFiles } from '../../../src/adapters/files/local-files.ts';
import { jobIdentities } from '../../../src/adapters/github/job-identity.ts';
import { OciReferrers } from '../../../src/adapters/oci/referrers.ts';
import { OciRegistry } from '../../../src/adapters/oci/registry.ts';
import { parseConfig } from '../../../src/config/load.ts';
import { EnvironmentError } from '../../../src/errors.ts';
import type { PipelineEvent } from '../../../src/event/pipeline-event.ts';
import { buildInputs } from '../../../src/inputs/build-image.ts';
import { pushInputs } from '../../../src/inputs/push-to-registry.ts';
import { Inputs } from '../../../src/inputs/read.ts';
import { planBuilds } from '../../../src/plan/build-plan.ts';
import { STATEMENT_MEDIA } from '../../../src/plan/evidence/statement.ts';
import { planPushes } from '../../../src/plan/push-plan.ts';
import { planTests } from '../../../src/plan/test-plan.ts';
import { runBuild } from '../../../src/stages/build/run.ts';
import { runPush } from '../../../src/stages/push/run.ts';
import { writeRecord } from '../../../src/stages/test/record.ts';
import { runTests } from '../../../src/stages/test/run.ts';
import type { TestRun } from '../../../src/stages/test/test-run.ts';
import { type GitHubDouble, startGitHubDouble } from '../../support/github-double/double.ts';
import { claimsOfJob, identityEnv } from '../../support/github-double/identity.ts';
import { requirePlatform } from '../../support/platform.ts';
import { pullRequest, push } from '../../support/unit/events.ts';
import { ImageRig } from './rig.ts';

const platform = await requirePlatform('reuse of images across runners');

describe.skipIf(!platform)('S1, S2: reuse across runners, with a real engine and registry', () => {
  if (!platform) return;
  const rig = new ImageRig(platform, 'reuse');
  let github: GitHubDouble;
  beforeAll(async () => {
    github = await startGitHubDouble();
    rig.pushed.add(rig.repository.slice(rig.repository.indexOf('/') + 1));
  });
  afterAll(async () => {
    await github.close();
    await rig.close();
  });

  const folder = rig.context({ Dockerfile: 'FROM scratch\nCOPY a /a\n', a: String(Math.random()) });
  const config = parseConfig(
    `app: contract\nimage: { repository: ${rig.repository} }\ntests: { unit: { run: 'true' } }\n`,
    'slipway.yml',
  );
  const trees = new Map([
    ['tried', 'T'],
    ['merged', 'T'],
  ]);
  let jobs = 0;

  /** Builds, tests and pushes as one job on a machine of its own: no image of the engine is found again. */
  async function job(event: PipelineEvent, kind: string, ref: string, sha: string) {
    const temp = join(rig.folder, `temp-${jobs++}`);
    const claims = claimsOfJob({ repository: 'acme/parking', repositoryId: 7, event: kind, ref, sha });
    const env = { ...rig.env, GITHUB_SERVER_URL: github.url, ...identityEnv(github.url, claims) };
    const signal = new AbortController().signal;
    const common = { log: rig.log, clock: systemClock, files: localFiles, signal };
    const builder = new DockerBuilder(env);
    const fresh = Object.assign(Object.create(builder) as DockerBuilder, { listImages: async () => [] });
    const googleAccessToken = () => Promise.reject(new EnvironmentError('no Google credentials here'));
    const registry = new OciRegistry({ ...common, env, googleAccessToken });
    const evidence = {
      referrers: new OciReferrers(registry.clients),
      identities: jobIdentities(env, () => undefined, signal),
      github: { treeOf: async (commit: string) => trees.get(commit) },
    };
    const inputs = new Inputs({ INPUT_LABELS: rig.label });
    const about = { config: 'slipway.yml', workingDirectory: folder, githubToken: undefined };
    const began = Date.now();
    const build = await runBuild(planBuilds(buildInputs(inputs, about), config, event, { RUNNER_TEMP: temp }), {
      ...common,
      builder: fresh,
      context: diskContext,
      baseImages: rig.baseImages,
      history: { commitTime: async () => undefined },
      secrets: {},
      atOnce: 1,
      pushed: () => ({ ...evidence, registry, here: { repositoryId: 7, defaultBranch: 'main', sha } }),
    });
    const ms = Date.now() - began;
    const image = build.outputs.image ?? '';
    const plan = planTests({ workingDirectory: folder, image, only: [], timeoutMs: undefined }, config, event, {
      ...{ runId: '1', password: 'p', baseUrl: undefined, temp },
    });
    const [test] = plan.tests;
    const tested = { image: build.outputs['image-id'] ?? '', name: 'contract', commit: event.sha };
    const run = { name: 'unit', hash: test?.hash, passed: true } as TestRun;
    if (image.includes('@'))
      await runTests(plan, { ...common, images: builder, containers: new DockerContainers(env) });
    else await writeRecord(localFiles, plan.recordsDir ?? '', tested, [run], Date.now());
    const pushed = await runPush(
      planPushes(pushInputs(new Inputs({ INPUT_IMAGE: image }), folder), config, event, temp),
      {
        ...common,
        images: builder,
        registry,
        ...evidence,
      },
    );
    return { build, pushed, ms, registry, evidence };
  }
  const ofPullRequest = () => job(pullRequest(), 'pull_request', 'refs/pull/12/merge', 'tried');
  const main = () => job(push(), 'push', 'refs/heads/main', 'merged');

  it('main deploys the digest of the pull request, and builds nothing', async () => {
    const before = await ofPullRequest();
    expect(before.build.outputs.reused).toBe('false');
    const after = await main();
    expect(after.build).toMatchObject({ outcome: 'unchanged', outputs: { reused: 'true' } });
    expect(after.pushed.outputs.digest).toBe(before.pushed.outputs.digest);
    expect(after.pushed.annotations).toEqual([]);
    expect((await after.registry.resolve(`${rig.repository}:main`))?.digest).toBe(before.pushed.outputs.digest);
    const served = await after.evidence.referrers.list(
      rig.repository,
      before.pushed.outputs.digest ?? '',
      STATEMENT_MEDIA,
    );
    const types = served.map(({ annotations }) => annotations['in-toto.io/predicate-type']).sort();
    expect(types).toEqual([
      ...['https://in-toto.io/attestation/test-result/v0.1', 'https://in-toto.io/attestation/test-result/v0.1'],
      ...['https://slsa.dev/provenance/v1', 'https://slsa.dev/provenance/v1'],
    ]);
    expect((await main()).build.outputs.reused).toBe('true');
  });

  it('SEC-29: an image that somebody moved the tag to is not used', async () => {
    const honest = await main();
    const evil = rig.context({ Dockerfile: 'FROM scratch\nCOPY b /b\n', b: String(Math.random()) });
    const tag = `src-${honest.build.outputs['source-key']?.replace(':', '-')}`;
    rig.build(`${rig.repository}:${tag}`, evil);
    rig.docker('push', '--quiet', `${rig.repository}:${tag}`);
    const forged = await honest.registry.resolve(`${rig.repository}:${tag}`);
    for (const artifact of await honest.evidence.referrers.list(rig.repository, honest.pushed.outputs.digest ?? '')) {
      // Genuine statements about the honest image, attached to the other one.
      const layers = await Promise.all(
        artifact.layers.map(async (layer) => ({
          mediaType: layer.mediaType,
          content: await honest.evidence.referrers.blob(rig.repository, layer),
        })),
      );
      const { artifactType = '', annotations } = artifact;
      await honest.evidence.referrers.attach(rig.repository, forged?.digest ?? '', {
        artifactType,
        annotations,
        layers,
      });
    }
    rig.lines.length = 0;
    const after = await main();
    // The tag of pull requests still names the honest image.
    expect(after.pushed.outputs.digest).toBe(honest.pushed.outputs.digest);
    expect(rig.lines.join('\n')).toContain(`it is about ${honest.pushed.outputs.digest}`);
  });
});
