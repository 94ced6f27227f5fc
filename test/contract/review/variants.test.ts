import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { variantsIn } from '../../../src/report/review-sections.ts';
import { requirePlatform } from '../../support/platform.ts';
import { ReviewStage, SERVE } from './stage.ts';
import { visit } from './visit.ts';

const platform = (await requirePlatform('several review environments of a pull request'))?.platform;
const BARE = {
  deploy: `{ command: "${SERVE}", drain: 1s }`,
  review: '{ host: "pr-{number}-$ID.localhost" }',
};

describe.skipIf(!platform)('several environments of one pull request', () => {
  let stage: ReviewStage;
  let image: string;

  beforeAll(async () => {
    if (!platform) throw new Error('no platform');
    stage = await ReviewStage.open(platform);
    stage.github.actor.permit('maintainer', 'write');
    stage.github.actor.openPullRequest({ title: 'One', branch: 'one' });
    image = await stage.image('1', 1);
  });
  afterAll(async () => {
    expect((await stage?.close()) ?? []).toEqual([]);
  });

  const NAMES = ['blue', 'green'];
  const namespaceRef = (variant: string) => ({
    apiVersion: 'v1',
    kind: 'Namespace',
    name: stage.namespace(1, variant),
  });
  const answers = (variant: string) =>
    visit(`http://pr-1-${variant}-${stage.repositoryId}.localhost:${platform?.ingress.port}/`);
  const comment = () => {
    const ours = stage.github.actor.comments(1).filter(({ author }) => author.type === 'Bot');
    expect(ours).toHaveLength(1);
    return ours[0]?.body ?? '';
  };
  const section = (variant: string) =>
    new RegExp(`<!-- variant ${variant} \\d+ -->[\\s\\S]*?<!-- /variant -->`).exec(comment())?.[0] ?? '';
  const deployments = (variant: string) =>
    stage.github.actor.deployments(`review/pr-1-${variant}`).map(({ statuses }) => statuses.at(-1)?.state);

  it('H2, R9: brought up at the same time, each has its own host, namespace and deployment, and both are in one comment', async () => {
    const event = stage.github.actor.synchronize(1);
    const runs = await Promise.all(NAMES.map((variant) => stage.run(event, { image, ...BARE, variant })));
    expect(runs.map(({ error }) => error)).toEqual([undefined, undefined]);
    expect(variantsIn(comment())).toEqual(NAMES);
    for (const [index, variant] of NAMES.entries()) {
      const { url, namespace } = runs[index]?.outputs ?? {};
      expect(namespace).toBe(stage.namespace(1, variant));
      expect(section(variant)).toContain('✅');
      expect(section(variant)).toContain(`${url}`);
      expect((await answers(variant)).status).toBe(200);
      expect(deployments(variant)).toEqual(['success']);
    }
    expect(stage.github.actor.deployments('review/pr-1')).toEqual([]);
  });

  it('a command is about the one that it names; brought up is what is there, and no word that was mistyped', async () => {
    expect((await stage.command(1, '/review sleep green')).outcome).toBe('succeeded');
    expect([section('green').includes('💤'), section('blue').includes('✅')]).toEqual([true, true]);
    expect(deployments('green')).toEqual(['inactive']);
    await expect(stage.command(1, '/review up', 'maintainer', { image, ...BARE })).rejects.toThrow(
      'has several environments',
    );
    await expect(stage.command(1, '/review up gren', 'maintainer', { image, ...BARE })).rejects.toThrow(
      'has no environment "gren"',
    );
    const woken = await stage.command(1, '/review wake');
    expect(woken.outcome).toBe('succeeded');
    expect(section('green')).toContain('✅');
    expect((await answers('green')).status).toBe(200);
  });

  it('R2: removed by its name, the other one stays; closed, all of them go', async () => {
    expect((await stage.command(1, '/review down blue')).outputs).toMatchObject({ state: 'removed' });
    expect(await stage.cluster.get(namespaceRef('blue'))).toBeUndefined();
    expect([section('blue').includes('⚪'), section('green').includes('✅')]).toEqual([true, true]);
    expect([deployments('blue'), deployments('green').at(-1)]).toEqual([['inactive'], 'success']);
    const again = await stage.run(stage.github.actor.synchronize(1), { image, ...BARE, variant: 'blue' });
    expect(again.error).toBeUndefined();
    const closed = await stage.run(stage.github.actor.closePullRequest(1));
    expect(closed.outputs).toMatchObject({ state: 'removed' });
    for (const variant of NAMES) {
      expect(await stage.cluster.get(namespaceRef(variant))).toBeUndefined();
      expect(section(variant)).toContain('Closed');
      expect(new Set(deployments(variant))).toEqual(new Set(['inactive']));
    }
  });
});
