import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { systemClock } from '../../src/adapters/clock/system-clock.ts';
import { OciReferrers } from '../../src/adapters/oci/referrers.ts';
import { OciRegistry } from '../../src/adapters/oci/registry.ts';
import { OciRepository } from '../../src/adapters/oci/repository.ts';
import { readSightings, SIGHTINGS_TAG, SIGHTINGS_TYPE, sightingsText } from '../../src/plan/clean/sightings.ts';
import type { ActionResult } from '../support/action-runner.ts';
import { AccountsByHand } from '../support/e2e/accounts-by-hand.ts';
import { Job, logOf, run, stepOf } from '../support/e2e/jobs.ts';
import { Scene } from '../support/e2e/scene.ts';
import type { GitHubEvent } from '../support/github-double/events.ts';
import { memoryLog } from '../support/kube/cluster.ts';
import { requirePlatform } from '../support/platform.ts';

const platform = await requirePlatform('the cleaning of the registry');
const DAY_MS = 86_400_000;

/** clean-registry.yml, as the account that docs/kubernetes.md gives it, with a real cluster and a real registry. */
describe.skipIf(!platform)('clean-registry', () => {
  let scene: Scene;
  let accounts: AccountsByHand;
  let kubeconfig: string;
  /** Digests: one that staging runs, and one that nothing needs. */
  let released: string;
  let left: string;

  beforeAll(async () => {
    if (!platform) throw new Error('no platform');
    scene = await Scene.open(platform, 'cln');
    accounts = new AccountsByHand(scene);
    await accounts.createNamespaces();
    const namespace = await accounts.createReader('clean');
    await accounts.applyRoles('clean-rbac');
    kubeconfig = await accounts.kubeconfig(namespace);
    await scene.makeSmall('1');
    await scene.configure((config) => {
      config.set('environments', { staging: { namespace: scene.staging } });
      config.set('review', { host: `pr-{number}.${scene.app}.localhost` });
      config.set('registry', { retention: { keepFor: '1s', expireTags: ['trial'] } });
    });
    released = await brought(await scene.push('Version 1'), 'rolling-update');
    await scene.repository.branch('trial');
    await scene.repository.edit('db/version.txt', () => '2\n');
    left = await brought(scene.github.actor.push('trial', await scene.commit('Version 2')));
  });
  afterEach(() => expect(scene.github.actor.violations()).toEqual([]));
  afterAll(async () => {
    await accounts?.remove();
    await scene?.close();
  });

  /** Builds and pushes a commit; the digest. @param more an action that follows */
  async function brought(event: GitHubEvent, more?: string): Promise<string> {
    const job = new Job(scene, event);
    let digest = '';
    for (const action of ['build-image', 'push-to-registry', ...(more === undefined ? [] : [more])]) {
      const { exitCode, output, outputs } = await job.step(action);
      expect(exitCode, output).toBe(0);
      digest = outputs.digest || digest;
    }
    return digest;
  }

  async function clean(dryRun: boolean): Promise<ActionResult> {
    const secrets = { SLIPWAY_CLEAN_KUBECONFIG: kubeconfig };
    const event = scene.github.actor.dispatch({ 'dry-run': String(dryRun) });
    const { jobs } = await run(scene, 'clean-registry.yml', event, { folder: 'kubernetes', secrets });
    expect(jobs.clean?.result, logOf(jobs.clean)).toBe('success');
    return stepOf(jobs.clean, 'Clean registry');
  }

  function repository(): OciRepository {
    const googleAccessToken = () => Promise.reject(new Error('no Google registry is used here'));
    const { clients } = new OciRegistry({ env: {}, clock: systemClock, log: memoryLog(), googleAccessToken });
    return new OciRepository(scene.imageRepository, clients, new OciReferrers(clients));
  }
  const there = async () =>
    Promise.all([released, left].map(async (digest) => Boolean(await repository().manifest(digest))));

  it('only reports by default, and writes nothing', async () => {
    const { outputs, summary } = await clean(true);
    expect(outputs).toMatchObject({ outcome: 'unchanged', removed: '0' });
    expect(summary).toContain(`${scene.app}-1 of staging has it`);
    expect(await repository().manifest(SIGHTINGS_TAG)).toBeUndefined();
  });

  it('deletes what two runs a day apart found unneeded, and nothing that staging runs', async () => {
    expect((await clean(false)).outputs).toMatchObject({ removed: '0' });
    expect(await there()).toEqual([true, true]);
    await aDayPasses();
    const { outputs, output } = await clean(false);
    expect(outputs, output).toMatchObject({ outcome: 'succeeded', removed: '1' });
    expect(await there()).toEqual([true, false]);
  });

  /** The run before noted when it saw what nothing needs: a day earlier than it did. */
  async function aDayPasses(): Promise<void> {
    const noted = await repository().manifest(SIGHTINGS_TAG);
    const [layer] = noted?.layers ?? [];
    const text = layer && (await repository().blob(layer)).toString('utf8');
    const sightings = readSightings(text ?? '') ?? new Map<string, number>();
    expect([...sightings.keys()]).toContain(left);
    const earlier = new Map([...sightings].map(([digest, at]) => [digest, at - DAY_MS]));
    await repository().put(SIGHTINGS_TAG, SIGHTINGS_TYPE, Buffer.from(sightingsText(earlier)));
  }
});
