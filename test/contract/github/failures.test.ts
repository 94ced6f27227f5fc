import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { Cancelled, EnvironmentError, PermissionMissing } from '../../../src/errors.ts';
import { adapterOfEachTest, deploymentOf, MARKER } from './adapter.ts';

describe('adapters/github: where GitHub refuses', () => {
  const rig = adapterOfEachTest();
  const { double, github } = rig;

  describe('limits', () => {
    it('obeys retry-after of a secondary limit (H1)', async () => {
      double.actor.fault({ on: 'issues/list-comments', kind: 'secondary-limit', retryAfter: 37 });
      await github().upsertComment(1, MARKER, 'one');
      expect(rig.clock.slept).toEqual([37_000]);
      expect(rig.lines).toEqual([expect.stringContaining('GitHub limits the rate of requests; retrying in 37 s (')]);
    });

    it('waits at least a minute, and longer each time, where the limit does not say how long (H1)', async () => {
      double.actor.fault({ on: 'issues/list-comments', kind: 'secondary-limit', status: 429, times: 3 });
      await github().upsertComment(1, MARKER, 'one');
      expect(rig.clock.slept).toEqual([60_000, 120_000, 240_000]);
    });

    it('sends a write again after a limit: it was refused, not lost', async () => {
      double.actor.fault({ on: 'issues/create-comment', kind: 'secondary-limit', retryAfter: 5 });
      await github().upsertComment(1, MARKER, 'one');
      expect(double.actor.comments(1)).toHaveLength(1);
    });

    it('does not wait an hour for the primary limit, and says so', async () => {
      double.actor.fault({ on: 'pulls/get', kind: 'primary-limit', retryAfter: 3_000, times: 9 });
      await expect(github().pullRequest(1)).rejects.toThrow('the rate limit of the token is used up');
      expect(rig.clock.slept).toEqual([]);
    });

    it('writes one after the other, and after a burst once a second', async () => {
      const port = github();
      await Promise.all(Array.from({ length: 8 }, (_, i) => port.upsertComment(1, `<!-- ${i} -->`, 'x')));
      expect(double.actor.comments(1)).toHaveLength(8);
      expect(rig.clock.slept.length).toBeGreaterThan(0);
    });

    it('stops waiting when the run is cancelled', async () => {
      double.actor.fault({ on: 'pulls/get', kind: 'secondary-limit', retryAfter: 60 });
      rig.clock.onSleep = () => rig.cancel.abort(new Cancelled('cancelled (SIGINT)'));
      await expect(github().pullRequest(1)).rejects.toBeInstanceOf(Cancelled);
    });

    it('is not held by a server that never answers when the run is cancelled', async () => {
      const silent = createServer(() => rig.cancel.abort(new Cancelled('cancelled (SIGINT)'))).listen(0, '127.0.0.1');
      onTestFinished(() => {
        silent.closeAllConnections();
        silent.close();
      });
      await once(silent, 'listening');
      const { port } = silent.address() as AddressInfo;
      await expect(github(double.token, `http://127.0.0.1:${port}`).pullRequest(1)).rejects.toBeInstanceOf(Cancelled);
    });
  });

  describe('failures', () => {
    it('of the service are tried again where that does no harm', async () => {
      double.actor.fault({ on: 'pulls/get', kind: 'status', status: 502, times: 2 });
      double.actor.fault({ on: 'pulls/get', kind: 'no-answer' });
      expect(await github().pullRequest(1)).toMatchObject({ number: 1, state: 'open', headRef: 'move' });
    });

    it('of the service are logged as such: GitHub asked for nothing', async () => {
      double.actor.fault({ on: 'pulls/get', kind: 'status', status: 500, times: 3 });
      await github().pullRequest(1);
      expect(rig.lines).toEqual([expect.stringMatching(/^GitHub answered HTTP 500; retrying in 4 s \(.+\)$/)]);
    });

    it('of the service that last are reported as such (H8)', async () => {
      double.actor.fault({ kind: 'status', status: 503, times: 99 });
      const error = await github()
        .pullRequest(1)
        .catch((thrown: unknown) => thrown);
      expect(error).toBeInstanceOf(EnvironmentError);
      expect(error).toMatchObject({
        message: 'GitHub: reading pull request #1 failed: HTTP 503',
        remedy: expect.stringContaining('githubstatus.com'),
      });
    });

    it.each([
      [
        'pull-requests: write',
        { issues: 'read', pull_requests: 'read' },
        () => github1().upsertComment(1, MARKER, 'x'),
      ],
      ['deployments: write', { deployments: 'read' }, () => github1().createDeployment(deploymentOf('main'))],
      ['deployments: write', {}, () => github1().listDeployments('review/pr-1')],
      ['pull-requests: read', {}, () => github1().pullRequest(1)],
      ['actions: read', {}, () => github1().environment('production')],
      ['contents: read', {}, () => github1().compare('main', 'move')],
    ] as const)('name the permission that is missing: %s (G4)', async (permission, has, work) => {
      token = double.actor.addToken(has);
      const error = await work().catch((thrown: unknown) => thrown);
      expect(error).toBeInstanceOf(PermissionMissing);
      expect(error).toMatchObject({ message: expect.stringContaining(`the token lacks "${permission}"`) });
    });

    it('say that a token is not valid', async () => {
      await expect(github('ghs_gone').pullRequest(1)).rejects.toThrow(
        'GitHub refused reading pull request #1: the token is invalid or has expired',
      );
    });

    it('say what does not exist', async () => {
      await expect(github().pullRequest(99)).rejects.toThrow('GitHub: reading pull request #99 failed: not found');
    });
    let token = '';
    const github1 = () => github(token);
  });
});
