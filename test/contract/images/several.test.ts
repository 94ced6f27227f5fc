import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { systemClock } from '../../../src/adapters/clock/system-clock.ts';
import { diskContext } from '../../../src/adapters/context/build-context.ts';
import { DockerBuilder } from '../../../src/adapters/docker/builder.ts';
import { DockerContainers } from '../../../src/adapters/docker/containers.ts';
import { localFiles } from '../../../src/adapters/files/local-files.ts';
import { OciRegistry } from '../../../src/adapters/oci/registry.ts';
import { parseConfig } from '../../../src/config/load.ts';
import { EnvironmentError } from '../../../src/errors.ts';
import type { PipelineEvent } from '../../../src/event/pipeline-event.ts';
import { planBuilds } from '../../../src/plan/build-plan.ts';
import { planPushes } from '../../../src/plan/push-plan.ts';
import { planTests } from '../../../src/plan/test-plan.ts';
import { runBuild } from '../../../src/stages/build/run.ts';
import { runPush } from '../../../src/stages/push/run.ts';
import { runTests } from '../../../src/stages/test/run.ts';
import { requirePlatform } from '../../support/platform.ts';
import { push } from '../../support/unit/events.ts';
import { MemoryReferrers, memoryIdentities } from '../../support/unit/memory-evidence.ts';
import { ImageRig } from './rig.ts';

const platform = await requirePlatform('several images');

describe.skipIf(!platform)('several images, with a real engine and registry', () => {
  if (!platform) return;
  const rig = new ImageRig(platform, 'several');
  afterAll(() => rig.close());

  const ofFork = {
    ...push(),
    kind: 'workflow-run',
    name: 'CI',
    cause: 'pull_request',
    approval: { by: 'mona', number: 7 },
  } as unknown as PipelineEvent;
  let runs = 0;
  const signal = new AbortController().signal;
  /** An application in its own folder: `api` has a stage with test tools and is deployed without a shell. */
  const application = (tests: Record<string, object>, stage = 'test') => {
    const folder = rig.context({
      'api/Dockerfile': `FROM ${rig.base} AS ${stage}\nWORKDIR /src\nCOPY . .\nFROM scratch\nCOPY app /app\n`,
      'api/app': `api ${Math.random()}`,
      'api/check.sh': 'test -f app && echo checked',
      'web/Dockerfile': `FROM ${rig.base}\nCOPY page /page\n`,
      'web/page': `web ${Math.random()}`,
    });
    const images = {
      api: { repository: `${rig.repository}/api`, context: 'api' },
      web: { repository: `${rig.repository}/web`, context: 'web' },
    };
    for (const { repository } of Object.values(images)) rig.pushed.add(repository.slice(repository.indexOf('/') + 1));
    const deploy = { manifests: 'k8s' };
    const config = parseConfig(JSON.stringify({ app: 'contract', images, tests, deploy }), 'slipway.yml');
    const common = { log: rig.log, clock: systemClock, signal };
    const temp = join(folder, 'temp');
    const labels = Object.fromEntries([rig.label.split('=')]);
    const none = { context: undefined, dockerfile: undefined, target: undefined };
    const lists = { platforms: [], buildArgs: {}, secretIds: [], ssh: [], tags: [], labels, cache: [], force: false };
    return {
      folder,
      build: () =>
        runBuild(planBuilds({ workingDirectory: folder, ...none, ...lists }, config, push()), {
          ...common,
          builder: new DockerBuilder(rig.env),
          context: diskContext,
          baseImages: rig.baseImages,
          files: localFiles,
          pushed: undefined,
          history: { commitTime: async () => undefined },
          secrets: {},
          atOnce: 2,
        }),
      test: (image?: string) => {
        const inputs = { workingDirectory: folder, image, only: [], timeoutMs: undefined };
        const around = { runId: `${process.pid}s${runs++}`, password: 'x', baseUrl: undefined, temp };
        return runTests(planTests(inputs, config, push(), around), {
          ...common,
          images: new DockerBuilder(rig.env),
          containers: new DockerContainers(rig.env),
          files: localFiles,
        });
      },
      push: (archive?: string) => {
        const inputs = { image: undefined, archive, approvedIn: undefined, repository: undefined, tags: [] };
        const event = archive === undefined ? push() : ofFork;
        return runPush(planPushes(inputs, config, event, temp), {
          ...common,
          images: new DockerBuilder(rig.env),
          referrers: new MemoryReferrers(),
          identities: memoryIdentities(undefined),
          registry: new OciRegistry({
            ...common,
            env: rig.env,
            googleAccessToken: () => Promise.reject(new EnvironmentError('no Google credentials here')),
          }),
          files: localFiles,
        });
      },
    };
  };
  const names = (text = '') => text.split('\n').map((line) => line.split('=')[0]);
  const TESTS = {
    unit: { image: 'api', target: 'test', run: 'sh check.sh' },
    page: { image: 'web', run: 'test -f /page' },
  };

  it('F2: are built, tested and pushed together; a test in another stage vouches for the image without a shell', async () => {
    const app = application(TESTS);
    const built = await app.build();
    expect(built.outcome).toBe('succeeded');
    expect(names(built.outputs['image-id'])).toEqual(['api', 'web']);
    expect(built.outputs.reused).toBe('api=false\nweb=false');
    expect(built.steps.map(({ name }) => name).sort()).toEqual([
      'build api',
      'build api, target test',
      'build web',
      'read the context',
    ]);
    expect((await app.build()).outputs.reused).toBe('api=true\nweb=true');
    const tested = await app.test(built.outputs.image);
    expect(tested.error).toBeUndefined();
    expect(tested).toMatchObject({ outcome: 'succeeded', outputs: { passed: '', failed: '' } });
    expect(rig.lines).toContain('checked');
    const pushed = await app.push();
    expect(pushed).toMatchObject({ outcome: 'succeeded', annotations: [] });
    expect(pushed.outputs.reference).toMatch(/^api=\S+\/api@sha256:[0-9a-f]{64}\nweb=\S+\/web@sha256:[0-9a-f]{64}$/);
    expect(pushed.outputs.tags).toBe('sha-0123456789ab\nmain');
    const [stage] = JSON.parse(rig.docker('image', 'inspect', `slipway.invalid/target-9f86d081:${idOf(built, 'api')}`));
    expect(stage.Config.WorkingDir).toBe('/src');
  });

  const idOf = ({ outputs }: { outputs: Record<string, string> }, name: string) =>
    /sha256:(.*)/.exec(outputs['image-id']?.split('\n').find((line) => line.startsWith(`${name}=`)) ?? '')?.[1];

  it('F2: are not pushed when one was built again from other sources after its test', async () => {
    const app = application(TESTS);
    await app.build();
    await app.test();
    const other = rig.context({ Dockerfile: 'FROM scratch\nCOPY app /app\n', app: 'other' });
    rig.build(`${rig.repository}/api:sha-0123456789ab`, other);
    await expect(app.push()).rejects.toThrow('/api:sha-0123456789ab is not the image that was tested in this job');
    // Nor does the stage vouch for the other image.
    await expect(app.test()).rejects.toThrow(
      'tests.unit.target: stage test was not built in this Docker engine together',
    );
    const listed = await fetch(
      `http://${rig.registry}/v2/${rig.repository.split('/').slice(1).join('/')}/web/manifests/main-2`,
    );
    expect(listed.status).toBe(404);
  });

  it('F2: are not pushed when a test in the stage failed', async () => {
    const app = application({ unit: { image: 'api', target: 'test', run: 'false' }, page: TESTS.page });
    await app.build();
    expect((await app.test()).outcome).toBe('failed');
    await expect(app.push()).rejects.toThrow('its tests failed in this job (unit)');
  });

  it('F2: an image without a shell says how its tests can run', async () => {
    const app = application({ unit: { image: 'api', run: 'sh check.sh' }, page: TESTS.page });
    await app.build();
    const { error } = await app.test();
    expect(error?.message).toBe('unit: the image has no program "sh"');
    expect(error?.remedy).toContain('`target` of the test in slipway.yml');
  });

  it('R7: of a fork are pushed from an archive each, which leaves nothing in the engine', async () => {
    const app = application({});
    const built = await app.build();
    const archives = ['api', 'web'].map((name) => {
      const id = `sha256:${idOf(built, name)}`;
      rig.docker('save', '--output', join(app.folder, `${name}.tar`), id);
      rig.docker('image', 'rm', '--force', id);
      return { id, line: `${name}=${join(app.folder, `${name}.tar`)}` };
    });
    const pushed = await app.push(archives.map(({ line }) => line).join('\n'));
    expect(pushed.outputs.tags).toBe(`fork-${push().sha}`);
    expect(names(pushed.outputs.reference)).toEqual(['api', 'web']);
    const left = rig.docker('image', 'ls', '--quiet', '--no-trunc').split('\n');
    for (const { id } of archives) expect(left).not.toContain(id);
    expect(() => app.push(archives[0]?.line)).toThrow('the archive of web is missing');
  });

  it('refuses a stage that the Dockerfile does not have, before anything is built', async () => {
    const app = application(TESTS, 'checks');
    await expect(app.build()).rejects.toMatchObject({
      message: expect.stringMatching(/^tests.unit.target: \S+api\/Dockerfile has no stage "test"$/),
      details: ['its stages: checks, 1'],
    });
  });

  it('builds only the image whose sources changed', async () => {
    const app = application(TESTS);
    const before = await app.build();
    await localFiles.write(join(app.folder, 'web', 'page'), 'changed');
    const after = await app.build();
    expect(after.outputs.reused).toBe('api=true\nweb=false');
    expect(idOf(after, 'api')).toBe(idOf(before, 'api'));
    expect(idOf(after, 'web')).not.toBe(idOf(before, 'web'));
  });

  it('names the image whose build fails; the others are built, and reused by the next run', async () => {
    const app = application({});
    const dockerfile = join(app.folder, 'web', 'Dockerfile');
    await localFiles.write(dockerfile, `FROM ${rig.base}\nRUN exit 3\n`);
    await expect(app.build()).rejects.toThrow(/^web: .*web\/Dockerfile:2: RUN exit 3 failed with exit code 3$/);
    await localFiles.write(dockerfile, `FROM ${rig.base}\n`);
    expect((await app.build()).outputs.reused).toBe('api=true\nweb=false');
  });

  it('names every image whose build fails, with the line of each', async () => {
    const app = application({});
    const fail = (name: string, run: string) =>
      localFiles.write(join(app.folder, name, 'Dockerfile'), `FROM ${rig.base}\nRUN ${run}\n`);
    await fail('api', 'exit 3');
    await fail('web', 'sleep 1; exit 3');
    await expect(app.build()).rejects.toMatchObject({
      message: '2 of 2 builds failed',
      errors: ['api', 'web'].map((name) => ({
        message: expect.stringMatching(new RegExp(`^${name}: .*${name}/Dockerfile:2: .* failed with exit code 3$`)),
        location: { line: 2 },
      })),
    });
  });
});
