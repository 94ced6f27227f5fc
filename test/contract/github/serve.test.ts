import { readFile } from 'node:fs/promises';

import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';
import { parseEvent } from '../../../src/event/parse.ts';
import { stepEnvironment } from '../../support/github-double/environment.ts';
import { remoteActor } from '../../support/github-double/remote.ts';
import { scratchFolder } from '../../support/runner/scratch.ts';
import { type StepProcess, startStep } from '../../support/runner/step-process.ts';

const root = fileURLToPath(new URL('../../../', import.meta.url));

describe('the double as a process', () => {
  let process_: StepProcess | undefined;
  afterEach(() => process_?.kill());

  it('plays a pull request from open to merged, with the events that workflows get', async () => {
    const args = ['--import', 'tsx', 'test/support/github-double/serve.ts', '--repository', 'acme/parking'];
    process_ = startStep(process.execPath, args, { cwd: root, env: process.env });
    await process_.waitFor(/"url":.*\n/);
    const { url, apiUrl, repository } = JSON.parse(
      process_
        .output()
        .split('\n')
        .find((line) => line.startsWith('{')) ?? '',
    );
    const actor = remoteActor(url);
    await actor.push('main');
    const workspace = scratchFolder();
    const seen = async (event: Awaited<ReturnType<typeof actor.openPullRequest>>) => {
      const { env, eventFile } = await stepEnvironment(event, { url, apiUrl, repository, workspace });
      const parsed = parseEvent(env, JSON.parse(await readFile(eventFile, 'utf8')));
      return parsed.kind === 'pull-request' ? `${parsed.action} #${parsed.number}` : `${parsed.kind} ${event.ref}`;
    };
    expect(await seen(await actor.openPullRequest({ title: 'Move bookings', branch: 'move' }))).toBe('opened #1');
    expect(await seen(await actor.synchronize(1))).toBe('synchronize #1');
    expect(await seen(await actor.closePullRequest(1))).toBe('closed #1');
    expect(await seen(await actor.reopenPullRequest(1))).toBe('reopened #1');
    const { closed, pushed } = await actor.mergePullRequest(1);
    expect([await seen(closed), await seen(pushed)]).toEqual(['closed #1', 'push refs/heads/main']);
    expect(await seen(await actor.dispatch({ to: 'production' }))).toBe('manual refs/heads/main');
    expect(await seen(await actor.schedule('0 3 * * *'))).toBe('schedule refs/heads/main');
    expect(await actor.pullRequests()).toMatchObject([{ number: 1, state: 'closed', merged: true }]);
    await expect(actor.synchronize(9)).rejects.toThrow('the double has no pull request #9');
    const { exitCode, cancelledBy } = await process_.cancel();
    expect([exitCode, cancelledBy]).toEqual([0, 'SIGINT']);
  });
});
