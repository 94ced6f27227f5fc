import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Cancelled } from '../../../src/errors.ts';
import { fastClock } from '../../support/fast-clock.ts';
import { requirePlatform } from '../../support/platform.ts';
import { ReviewStage } from './stage.ts';

const platform = (await requirePlatform('review environments that do not become ready'))?.platform;

/** As many frameworks do by default. */
const COMMAND = ['python3', '-m', 'http.server', '--bind', '127.0.0.1', '8080'];

describe.skipIf(!platform)('F1: a review environment whose app cannot be reached', () => {
  let stage: ReviewStage;
  beforeAll(async () => {
    if (!platform) throw new Error('no platform');
    stage = await ReviewStage.open(platform);
  });
  afterAll(async () => {
    expect(await stage.close()).toEqual([]);
  });

  const body = () => stage.github.actor.comments(1)[0]?.body ?? '';
  const told = () => stage.github.actor.deployments('review/pr-1').flatMap(({ statuses }) => statuses);

  it('says why in the comment while it waits, and a cancelled run keeps what it knew', async () => {
    const image = await stage.image('1', 1);
    const event = stage.github.actor.openPullRequest({ title: 'Listens to itself', branch: 'local' });
    const cancel = new AbortController();
    const run = stage.run(event, {
      image,
      deploy: `{ command: ${JSON.stringify(COMMAND)}, health: /, startup: 10m, drain: 1s }`,
      review: '{ host: "pr-{number}-$ID.localhost" }',
      ports: { clock: fastClock(4), signal: cancel.signal },
    });
    // On a busy machine the kubelet reports the first probe after the first notice; the next notice has it.
    const cause = 'nothing listens on port 8080 of the pod (GET /: connection refused)';
    await expect
      .poll(body, { timeout: 60_000, interval: 100 })
      .toContain(cause)
      .catch(async (error: Error) => {
        error.message = [error.message, ...stage.lines, ...(await stage.state(1))].join('\n');
        throw error;
      });
    expect(body()).toContain('Still waiting');
    expect(body()).toContain('**What to do:** The app listens on 127.0.0.1 only, or on another port than 8080.');
    const saying = { state: 'in_progress', description: expect.stringMatching(/^still waiting: .*nothing listens/) };
    await expect.poll(() => told().at(-1), { timeout: 20_000 }).toMatchObject(saying);
    cancel.abort(new Cancelled('cancelled (SIGTERM)'));
    expect((await run).outcome).toBe('cancelled');
    expect(body()).toMatch(/^### 🚫 /m);
    expect(body()).not.toContain('Still waiting');
    expect(body()).toMatch(/cancelled \(SIGTERM\), while .*nothing listens on port 8080/);
    expect(told().at(-1)).toMatchObject({ state: 'error' });
  });
});
