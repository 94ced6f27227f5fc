import { beforeEach, describe, expect, it } from 'vitest';
import { type Facts, readStatement, writeStatement } from '../../../../src/plan/evidence/statement.ts';
import { sourceTags } from '../../../../src/plan/images/tags.ts';
import type { JobIdentity } from '../../../../src/ports.ts';
import { requireEvidence } from '../../../../src/stages/evidence/require.ts';
import { signedText } from '../../../../src/stages/evidence/signed-text.ts';
import { DeliveryOfImages, type ImageJob, type ImageJobResult } from '../../../support/unit/delivery-of-images.ts';
import { pullRequest, push } from '../../../support/unit/events.ts';
import { job, memoryIdentities, pullRequestJob } from '../../../support/unit/memory-evidence.ts';

let world: DeliveryOfImages;
beforeEach(() => {
  world = new DeliveryOfImages();
  for (const [commit, tree] of [
    ['tried', 'T'],
    ['merged', 'T'],
    ['evil', 'E'],
    ['later', 'L'],
  ] as const)
    world.trees.set(commit, tree);
});

const main = (more: Partial<ImageJob> = {}) => world.run({ event: push(), as: job(), ...more });
const ofPullRequest = (more: Partial<ImageJob> = {}) =>
  world.run({ event: pullRequest(), as: pullRequestJob(), ...more });
const reused = ({ build }: ImageJobResult) => build.outputs.reused === 'true';
const keyOf = ({ build }: ImageJobResult) => sourceTags(build.outputs['source-key'] ?? '');

describe('S2: main after a merge whose tree is that of the pull request', () => {
  it('builds nothing, tests nothing and pushes the digest of the pull request', async () => {
    const before = await ofPullRequest();
    const after = await main();
    expect(world.built).toBe(1);
    expect(after.build).toMatchObject({ outcome: 'unchanged', outputs: { reused: 'true' } });
    expect(after.tests).toMatchObject({
      outcome: 'unchanged',
      headline: `reused: unit passed in the same image in ${pullRequest().run.url}`,
      outputs: { passed: '3' },
    });
    expect(after.tests?.blocks).toContainEqual(expect.objectContaining({ rows: [['unit', '66.7 %', '50.0 %']] }));
    expect(after.push.outputs.digest).toBe(before.push.outputs.digest);
    expect(after.push.annotations).toEqual([]);
    expect(world.registry.tags.get('main')).toBe(before.push.outputs.digest);
  });

  it('vouches for the image, so that the next commit of the same sources needs no pull request', async () => {
    const first = await ofPullRequest();
    const { ofDefaultBranch, ofPullRequests } = keyOf(first);
    expect([...world.registry.tags.keys()].filter((tag) => tag.startsWith('src-'))).toEqual([ofPullRequests]);
    await main();
    expect(world.registry.tags.get(ofDefaultBranch)).toBe(first.push.outputs.digest);
    expect(reused(await main({ as: job({ sha: 'later' }) }))).toBe(true);
    expect(reused(await ofPullRequest({ as: pullRequestJob({ sha: 'evil' }) }))).toBe(true);
    expect(world.built).toBe(1);
  });

  it('builds again for other sources, another definition of a test, `force`, and after maxAge', async () => {
    await main();
    expect(reused(await main({ context: 'other' }))).toBe(false);
    expect(reused(await main({ more: 'tests: { unit: { run: pytest -x } }' }))).toBe(false);
    expect(reused(await main({ more: 'tests: { unit: { run: pytest }, lint: { run: ruff } }' }))).toBe(false);
    expect(reused(await main({ force: true }))).toBe(false);
    expect(reused(await main())).toBe(true);
    world.clock.set(8 * 24 * 3_600_000);
    const late = await main();
    expect(reused(late)).toBe(false);
    expect(late.lines.join('\n')).toContain('longer ago than image.maxAge');
  });
});

describe('S2: an image whose tests ran in another stage', () => {
  const stages = {
    dockerfile: 'FROM scratch AS test\nARG LEVEL\nFROM scratch\n',
    more: 'tests: { unit: { run: pytest, target: test } }',
  };

  it('is used while that stage is made from the same sources as well', async () => {
    await ofPullRequest({ ...stages, args: 'LEVEL=1' });
    const other = await main({ ...stages, args: 'LEVEL=2' });
    expect(reused(other)).toBe(false);
    expect(other.lines.join('\n')).toContain('the stage test, in which tests ran, was made from other sources');
    expect(reused(await main({ ...stages, args: 'LEVEL=2' }))).toBe(true);
    expect(reused(await main({ ...stages, args: 'LEVEL=2\nOTHER=1', as: job({ sha: 'later' }) }))).toBe(true);
  });

  it('is not used where that stage reads an image that only this engine knows', async () => {
    const dockerfile = 'FROM local AS test\nFROM scratch\n';
    await main({ ...stages, dockerfile });
    const after = await main({ ...stages, dockerfile });
    expect(reused(after)).toBe(false);
    expect(after.lines.join('\n')).toContain('the digest of local is not known');
  });
});

describe('SEC-29, S3: an image that somebody put under the tag of main’s sources', () => {
  const EVIL = `sha256:${'f'.repeat(64)}`;
  const facts = (sourceKey: string): Facts[] => [
    {
      kind: 'build',
      build: {
        ...{
          sourceKey,
          finishedOn: new Date(world.clock.now()).toISOString(),
          caches: [],
          images: {},
          stages: {},
          run: 'evil',
        },
        source: { url: 'https://github.com/acme/parking', commit: 'merged' },
      },
    },
    { kind: 'suite', suite: { name: 'unit', hash: '', run: 'evil', counts: undefined } },
  ];

  /** Writes all that an attacker with access to the registry can write, with a signature. */
  async function forge(sign: (text: string) => Promise<string>, subject = EVIL): Promise<ImageJobResult> {
    const honest = await main();
    const { ofDefaultBranch, ofPullRequests } = keyOf(honest);
    world.registry.has(EVIL, undefined, ofDefaultBranch, ofPullRequests);
    const genuine = world.referrers.artifacts.get(honest.push.outputs.digest ?? '') ?? [];
    const statements = await Promise.all(genuine.map(({ layers }) => textOf(layers[0]?.digest ?? '')));
    const hash =
      statements.map(readStatement).flatMap((one) => (one?.facts.kind === 'suite' ? one.facts.suite.hash : []))[0] ??
      '';
    for (const one of facts(honest.build.outputs['source-key'] ?? '')) {
      if (one.kind === 'suite') one.suite.hash = hash;
      const content = Buffer.from(writeStatement({ subject: { repository: 'r', digest: subject }, facts: one }));
      const layers = [
        { mediaType: 'application/vnd.in-toto+json', content },
        { mediaType: 'application/jwt', content: Buffer.from(await sign(signedText(content))) },
      ];
      await world.referrers.attach('r', EVIL, {
        artifactType: 'application/vnd.in-toto+json',
        annotations: {},
        layers,
      });
    }
    return main();
  }
  const textOf = async (digest: string) => String(await world.referrers.blob('r', { digest }));
  const signedBy = (identity: JobIdentity) => async (text: string) =>
    (await memoryIdentities(identity).sign(text)) ?? '';

  it('is used if main itself signed it: what the attacks below lack is the signature alone', async () => {
    expect(reused(await forge(signedBy(job())))).toBe(true);
    expect(world.built).toBe(1);
  });

  it.each<[string, (text: string) => Promise<string>, string]>([
    ['no signature of GitHub', async () => 'trust me', 'no token of GitHub'],
    ['the signature of another statement', async () => signedBy(job())('slipway-evidence:sha256:0'), 'something else'],
    ['a pull request that changed its workflow', signedBy(pullRequestJob({ sha: 'evil' })), 'another one'],
    ['a branch of that commit', signedBy(job({ ref: 'refs/heads/evil', sha: 'evil' })), 'another one'],
    ['a commit that GitHub does not know', signedBy(pullRequestJob({ sha: 'gone' })), 'does not know'],
    ['another repository', signedBy(job({ repositoryId: '8', repository: 'mallory/x' })), 'mallory/x'],
    ['a runner that keeps what others left', signedBy(pullRequestJob({ hosted: false })), 'a runner of your own'],
  ])('is built again: %s', async (_what, sign, reason) => {
    const after = await forge(sign);
    expect(reused(after)).toBe(false);
    expect(after.lines.join('\n')).toContain(reason);
    expect(after.push.outputs.digest).not.toBe(EVIL);
  });

  /** The statements about the image of a job. */
  const statementsOf = ({ push: { outputs } }: ImageJobResult) =>
    (world.referrers.artifacts.get(outputs.digest ?? '') ?? []).filter(
      ({ artifactType }) => artifactType === 'application/vnd.in-toto+json',
    );

  it('is not vouched for by a pull request that used it again', async () => {
    const first = await ofPullRequest();
    const before = statementsOf(first).length;
    expect(reused(await ofPullRequest())).toBe(true);
    expect(statementsOf(first)).toHaveLength(before);
    expect(reused(await main())).toBe(true);
    expect(statementsOf(first)).toHaveLength(2 * before);
  });

  it('is not found, and says nothing of its build, where it reads an image that only one engine knows', async () => {
    const made = await main({ dockerfile: 'FROM local' });
    expect([...world.registry.tags.keys()].filter((tag) => tag.startsWith('src-'))).toEqual([]);
    const texts = await Promise.all(statementsOf(made).map(({ layers }) => textOf(layers[0]?.digest ?? '')));
    expect(texts.map((text) => readStatement(text)?.facts.kind)).toEqual(['suite']);
  });

  it('is judged by 200 statements of at most 256 KiB', async () => {
    const first = await main();
    const digest = first.push.outputs.digest ?? '';
    const statements = statementsOf(first);
    const large = statements.map((one) => ({
      ...one,
      layers: one.layers.map((layer) => ({ ...layer, size: 256 * 1024 + 1 })),
    }));
    world.referrers.artifacts.set(digest, large);
    expect((await main()).lines.join('\n')).toContain('it is not signed by GitHub');
    const again = await main({ force: true });
    const found = statementsOf(again);
    const junk = Array.from({ length: 200 }, () => ({ ...(found[0] as (typeof found)[number]), layers: [] }));
    world.referrers.artifacts.set(again.push.outputs.digest ?? '', [...junk, ...found]);
    const after = await main();
    expect(reused(after)).toBe(false);
    expect(after.lines.join('\n')).toContain(`only 200 of ${200 + found.length} statements are read`);
  });

  it('is used although somebody attached what cannot be read', async () => {
    const first = await main();
    const missing = { digest: `sha256:${'9'.repeat(64)}`, size: 10 };
    world.referrers.artifacts.get(first.push.outputs.digest ?? '')?.unshift({
      ...{ digest: 'sha256:0', mediaType: 'x', size: 1, artifactType: 'x', config: undefined, manifests: [] },
      ...{ subject: first.push.outputs.digest, annotations: {} },
      layers: [
        { ...missing, mediaType: 'application/vnd.in-toto+json' },
        { ...missing, mediaType: 'application/jwt' },
      ],
    });
    expect(reused(await main())).toBe(true);
  });

  it('is built again: a statement of main about another image', async () => {
    const after = await forge(signedBy(job()), `sha256:${'0'.repeat(63)}1`);
    expect(reused(after)).toBe(false);
    expect(after.lines.join('\n')).toContain('it is about sha256:0000');
  });

  it('does not get the word of an honest commit of the same pull request', async () => {
    await ofPullRequest({ as: pullRequestJob({ sha: 'evil' }) });
    const honest = await ofPullRequest();
    expect(reused(honest)).toBe(false);
    expect(world.built).toBe(2);
    expect((await main()).push.outputs.digest).toBe(honest.push.outputs.digest);
  });
});

describe('tests.required', () => {
  const REQUIRED = 'tests: { unit: { run: pytest }, required: true }';
  const images = (result: ImageJobResult) => ({ parking: result.push.outputs.reference ?? '' });
  const check = (result: ImageJobResult, sha: string, name = 'unit') =>
    requireEvidence(images(result), { parking: [{ name, hash: undefined }] }, { ...HERE, sha }, world.readPorts());
  const HERE = { repositoryId: 7, defaultBranch: 'main' };

  it('admits what main or the same tree has tested', async () => {
    const pushed = await ofPullRequest({ more: REQUIRED });
    await check(pushed, 'tried');
    await check(pushed, 'merged');
    await check(await main({ more: REQUIRED, force: true }), 'later');
  });

  it('refuses another test, another tree and an image of nobody, and says what is missing and why', async () => {
    const pushed = await ofPullRequest({ more: REQUIRED });
    await expect(check(pushed, 'merged', 'lint')).rejects.toMatchObject({
      message: expect.stringContaining('tests.required of slipway.yml asks for'),
      details: [`${pushed.push.outputs.reference}: lint`],
    });
    await expect(check(pushed, 'later')).rejects.toMatchObject({
      details: [`${pushed.push.outputs.reference}: unit`, expect.stringContaining('is another one')],
    });
    const changed = { parking: [{ name: 'unit', hash: 'changed' }] };
    await expect(
      requireEvidence(images(pushed), changed, { ...HERE, sha: 'merged' }, world.readPorts()),
    ).rejects.toMatchObject({
      details: [
        `${pushed.push.outputs.reference}: unit`,
        `unit passed in it with another definition of the test: ${pullRequest().run.url}`,
      ],
    });
    world.referrers.artifacts.clear();
    await expect(check(pushed, 'merged')).rejects.toMatchObject({
      details: [`${pushed.push.outputs.reference}: unit`, 'no statement is attached to it'],
      remedy: expect.stringContaining('`id-token: write`'),
    });
  });

  it('refuses a push without a signature, and an image whose tests did not run', async () => {
    await expect(main({ more: REQUIRED, signs: false })).rejects.toThrow('no evidence that unit passed');
    await expect(main({ more: REQUIRED, tested: false })).rejects.toThrow(
      'tests.required asks for unit, which did not run',
    );
    expect((await main({ signs: false })).push.outcome).toBe('succeeded');
  });
});
