import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PULL_SECRET } from '../../../src/plan/review/pull-secret.ts';
import { PrivateRegistry } from '../../support/images/private-registry.ts';
import { ownNamespace } from '../../support/kube/cluster.ts';
import { requirePlatform } from '../../support/platform.ts';
import { ReviewStage, SERVE } from './stage.ts';

const test = await requirePlatform('review environments from a private registry');
const WRITE = { fieldManager: 'operator' };
const DEPLOY = `{ command: "${SERVE}", drain: 1s }`;

describe.skipIf(!test)('F3: a review environment from a registry that asks for a login', () => {
  let stage: ReviewStage;
  let registry: PrivateRegistry;
  let source: { name: string; remove: () => Promise<void> };

  beforeAll(async () => {
    if (!test) throw new Error('no platform');
    stage = await ReviewStage.open(test.platform);
    registry = await PrivateRegistry.start(test, 5750);
    source = await ownNamespace(stage.cluster, 'operator');
  });
  afterAll(async () => {
    expect(await stage.close()).toEqual([]);
    await registry.close();
    await source.remove();
  });

  it('pulls with a copy of the Secret that the operator names, which follows that Secret', async () => {
    const { actor } = stage.github;
    const event = actor.openPullRequest({ title: 'private', branch: 'private' });
    const namespace = stage.namespace(1);
    const image = await registry.image('reviewed');
    const review = (more = '') => `{ host: "pr-{number}-$ID.localhost"${more} }`;
    const ports = { registry: registry.client() };
    const run = (more = '') => stage.run(event, { image, deploy: DEPLOY, review: review(more), ports });
    const named = `, pullSecret: { from: ${source.name}/registry }`;

    const missing = await run(named);
    expect(missing.error?.message).toContain(`there is no Secret registry in namespace ${source.name}`);
    expect(await stage.cluster.get({ apiVersion: 'v1', kind: 'Namespace', name: namespace })).not.toHaveProperty(
      'status.phase',
      'Active',
    );

    const without = await run();
    expect(without.error?.message).toContain('the registry refused the node');
    expect(without.error?.remedy).toContain('review.pullSecret');

    await stage.cluster.apply(registry.secret('registry', source.name), WRITE);
    const result = await run(named);
    expect(result.error).toBeUndefined();
    expect(result.outcome).toBe('succeeded');
    const copy = async () => {
      const live = await stage.cluster.get({ apiVersion: 'v1', kind: 'Secret', name: PULL_SECRET, namespace });
      return (live?.data as Record<string, string> | undefined)?.['.dockerconfigjson'];
    };
    const before = await copy();
    expect(before).toBe((registry.secret('x', 'y').data as Record<string, string>)['.dockerconfigjson']);

    await stage.cluster.apply(registry.secret('registry', source.name, 'renewed-password'), WRITE);
    expect((await run(named)).outcome).toBe('succeeded');
    expect(await copy()).not.toBe(before);

    expect((await run()).outcome).toBe('succeeded');
    expect(await copy()).toBeUndefined();
  });
});
