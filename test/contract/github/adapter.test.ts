import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createGitHub } from '../../../src/adapters/github/github.ts';
import { Cancelled, EnvironmentError, PermissionMissing } from '../../../src/errors.ts';
import { type GitHubDouble, startGitHubDouble } from '../../support/github-double/double.ts';
import { FULL } from '../../support/github-double/tokens.ts';
import { StepClock } from '../../support/step-clock.ts';

const MARKER = '<!-- slipway:review -->';

describe('adapters/github against the double', () => {
  let double: GitHubDouble;
  let clock: StepClock;
  let lines: string[];
  let cancel: AbortController;

  beforeEach(async () => {
    double = await startGitHubDouble();
    clock = new StepClock();
    lines = [];
    cancel = new AbortController();
    double.actor.push('main');
    double.actor.openPullRequest({ title: 'Bookings can be moved', branch: 'move' });
  });
  // Whatever a test does, nothing that GitHub does not document may have been asked.
  afterEach(async () => {
    const violations = double.actor.violations();
    await double.close();
    expect(violations).toEqual([]);
  });

  const log = { info: (line: string) => lines.push(line) };
  const github = (token = double.token, apiUrl = double.apiUrl) =>
    createGitHub({
      token,
      apiUrl,
      repository: double.repository,
      clock,
      log: {
        ...log,
        warning() {},
        debug() {},
        output() {},
        mask() {},
        group: (_t, work) => work(),
        progress: (_t, work) => work(),
      },
      signal: cancel.signal,
      redact: (text) => text.replaceAll('hunter2', '***'),
    });
  const operations = () => double.actor.requests().map((request) => request.operation);

  describe('the one comment', () => {
    it('is created, then updated, and left alone when nothing changed', async () => {
      const first = await github().upsertComment(1, MARKER, 'is being built');
      expect(first).toEqual({ url: expect.stringContaining('/acme/parking/pull/1#issuecomment-'), created: true });
      expect(await github().upsertComment(1, MARKER, `${MARKER}\nis ready`)).toEqual({
        url: first.url,
        created: false,
      });
      await github().upsertComment(1, MARKER, `${MARKER}\nis ready`);
      expect(double.actor.comments(1).map((comment) => comment.body)).toEqual([`${MARKER}\nis ready`]);
      expect(operations().filter((name) => name === 'issues/update-comment')).toHaveLength(1);
      expect(await github().findComment(1, MARKER)).toBe(`${MARKER}\nis ready`);
    });

    it('is found on the fourth page (H2)', async () => {
      for (let i = 0; i < 340; i++) double.actor.comment(1, `remark ${i}`);
      await github().upsertComment(1, MARKER, 'one');
      await github().upsertComment(1, MARKER, 'two');
      expect(double.actor.comments(1).filter((comment) => comment.body.includes(MARKER))).toHaveLength(1);
    });

    it('is never one that somebody else wrote with our marker', async () => {
      const theirs = double.actor.comment(1, `${MARKER}\nmine now`, 'stranger');
      await github().upsertComment(1, MARKER, 'ours');
      const bodies = double.actor.comments(1).map((comment) => [comment.author.login, comment.body]);
      expect(bodies).toEqual([
        ['stranger', `${MARKER}\nmine now`],
        ['github-actions[bot]', `${MARKER}\nours`],
      ]);
      expect(double.actor.comments(1)[0]?.id).toBe(theirs);
    });

    it('is that of the person behind a personal token, not of a bot with the same marker', async () => {
      await github().upsertComment(1, MARKER, 'from the job');
      await github(double.actor.addToken(FULL, 'developer')).upsertComment(1, MARKER, 'from a person');
      expect(double.actor.comments(1).map((c) => c.author.login)).toEqual(['github-actions[bot]', 'developer']);
    });

    it('is one, whatever a lost answer or a second run left behind (H2)', async () => {
      double.actor.fault({ on: 'issues/create-comment', kind: 'lost-response' });
      expect((await github().upsertComment(1, MARKER, 'one')).created).toBe(true);
      expect(double.actor.comments(1)).toHaveLength(1);
      for (const body of ['again', 'and again'])
        double.actor.comment(1, `${MARKER}\n${body}`, 'github-actions[bot]', 'Bot');
      await github().upsertComment(1, MARKER, 'two');
      expect(double.actor.comments(1).map((comment) => comment.body)).toEqual([`${MARKER}\ntwo`]);
    });

    it('is one when two runs create it at the same time', async () => {
      await Promise.all([github().upsertComment(1, MARKER, 'same'), github().upsertComment(1, MARKER, 'same')]);
      expect(double.actor.comments(1)).toHaveLength(1);
    });

    it('is sent again when the request never arrived', async () => {
      double.actor.fault({ on: 'issues/create-comment', kind: 'no-answer' });
      await github().upsertComment(1, MARKER, 'one');
      expect(double.actor.comments(1)).toHaveLength(1);
    });

    it('holds no secret (R13)', async () => {
      await github().upsertComment(1, MARKER, 'password hunter2');
      expect(double.actor.comments(1)[0]?.body).toBe(`${MARKER}\npassword ***`);
    });
  });

  describe('the one issue', () => {
    const LABEL = 'slipway-drift';
    const request = (text: string) => ({ title: 'Drift', body: `${MARKER}\n${text}`, label: LABEL });

    it('is opened with its label, found, updated, and closed with a comment', async () => {
      const opened = await github().openIssue(MARKER, request('password hunter2'));
      expect(opened).toMatchObject({ open: true, url: expect.stringContaining('/acme/parking/issues/2') });
      expect(await github().findIssue(MARKER, LABEL)).toEqual({ ...opened, body: `${MARKER}\npassword ***` });
      await github().updateIssue(opened.number, { title: 'Drift again', body: `${MARKER}\ntwo` });
      await github().closeIssue(opened.number, `${MARKER}\nnone`, 'gone');
      expect(double.actor.issues()).toMatchObject([
        { title: 'Drift again', body: `${MARKER}\nnone`, state: 'closed', stateReason: 'completed', labels: [LABEL] },
      ]);
      expect(double.actor.comments(opened.number).map(({ body }) => body)).toEqual(['gone']);
      expect(await github().findIssue(MARKER, LABEL)).toMatchObject({ number: opened.number, open: false });
    });

    it('is found on the third page, and is no pull request with the marker', async () => {
      const opened = await github().openIssue(MARKER, request('one'));
      for (let i = 0; i < 240; i++) double.actor.openIssue(`remark ${i}`, 'x');
      expect((await github().findIssue(MARKER, LABEL))?.number).toBe(opened.number);
      double.actor.closeIssue(opened.number);
      expect(await github().findIssue(MARKER, LABEL)).toMatchObject({ number: opened.number, open: false });
    });

    it('is never one that somebody else opened with our marker', async () => {
      double.actor.openIssue('mine now', MARKER, 'stranger');
      expect(await github().findIssue(MARKER, LABEL)).toBeUndefined();
    });

    it('is one, whatever a lost answer or a second run left behind', async () => {
      double.actor.fault({ on: 'issues/create', kind: 'lost-response' });
      await github().openIssue(MARKER, request('one'));
      expect(double.actor.issues()).toHaveLength(1);
      await Promise.all([github().openIssue(MARKER, request('two')), github().openIssue(MARKER, request('two'))]);
      expect(double.actor.issues().filter(({ state }) => state === 'open')).toHaveLength(1);
    });

    it('is sent again when the request never arrived', async () => {
      double.actor.fault({ on: 'issues/create', kind: 'no-answer' });
      await github().openIssue(MARKER, request('one'));
      expect(double.actor.issues()).toHaveLength(1);
    });

    it('names the permission that is missing', async () => {
      const { issues: _, ...rest } = FULL;
      const own = github(double.actor.addToken(rest));
      await expect(own.findIssue(MARKER, LABEL)).rejects.toThrow(/looking for the issue.*"issues: write"/);
      const reading = github(double.actor.addToken({ ...rest, issues: 'read' }));
      await expect(reading.openIssue(MARKER, request('one'))).rejects.toThrow(/opening an issue.*"issues: write"/);
    });
  });

  describe('limits', () => {
    it('obeys retry-after of a secondary limit (H1)', async () => {
      double.actor.fault({ on: 'issues/list-comments', kind: 'secondary-limit', retryAfter: 37 });
      await github().upsertComment(1, MARKER, 'one');
      expect(clock.slept).toEqual([37_000]);
      expect(lines).toEqual([expect.stringContaining('GitHub asks to wait 37 s')]);
    });

    it('waits at least a minute, and longer each time, where the limit does not say how long (H1)', async () => {
      double.actor.fault({ on: 'issues/list-comments', kind: 'secondary-limit', status: 429, times: 3 });
      await github().upsertComment(1, MARKER, 'one');
      expect(clock.slept).toEqual([60_000, 120_000, 240_000]);
    });

    it('sends a write again after a limit: it was refused, not lost', async () => {
      double.actor.fault({ on: 'issues/create-comment', kind: 'secondary-limit', retryAfter: 5 });
      await github().upsertComment(1, MARKER, 'one');
      expect(double.actor.comments(1)).toHaveLength(1);
    });

    it('does not wait an hour for the primary limit, and says so', async () => {
      double.actor.fault({ on: 'pulls/get', kind: 'primary-limit', retryAfter: 3_000, times: 9 });
      await expect(github().pullRequest(1)).rejects.toThrow('the rate limit of the token is used up');
      expect(clock.slept).toEqual([]);
    });

    it('writes one after the other, and after a burst once a second', async () => {
      const port = github();
      await Promise.all(Array.from({ length: 8 }, (_, i) => port.upsertComment(1, `<!-- ${i} -->`, 'x')));
      expect(double.actor.comments(1)).toHaveLength(8);
      expect(clock.slept.length).toBeGreaterThan(0);
    });

    it('stops waiting when the run is cancelled', async () => {
      double.actor.fault({ on: 'pulls/get', kind: 'secondary-limit', retryAfter: 60 });
      clock.onSleep = () => cancel.abort(new Cancelled('cancelled (SIGINT)'));
      await expect(github().pullRequest(1)).rejects.toBeInstanceOf(Cancelled);
    });

    it('is not held by a server that never answers when the run is cancelled', async () => {
      const silent = createServer(() => cancel.abort(new Cancelled('cancelled (SIGINT)'))).listen(0, '127.0.0.1');
      await once(silent, 'listening');
      const { port } = silent.address() as AddressInfo;
      await expect(github(double.token, `http://127.0.0.1:${port}`).pullRequest(1)).rejects.toBeInstanceOf(Cancelled);
      silent.closeAllConnections();
      silent.close();
    });
  });

  describe('failures', () => {
    it('of the service are tried again where that does no harm', async () => {
      double.actor.fault({ on: 'pulls/get', kind: 'status', status: 502, times: 2 });
      double.actor.fault({ on: 'pulls/get', kind: 'no-answer' });
      expect(await github().pullRequest(1)).toMatchObject({ number: 1, state: 'open', headRef: 'move' });
    });

    it('of the service that last are told as such (H8)', async () => {
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
      ['deployments: write', { deployments: 'read' }, () => github1().createDeployment(request('main'))],
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
      await expect(github('ghs_gone').pullRequest(1)).rejects.toThrow('the token is not valid, or no longer');
    });

    it('say what does not exist', async () => {
      await expect(github().pullRequest(99)).rejects.toThrow('GitHub: reading pull request #99 failed: not found');
    });
    let token = '';
    const github1 = () => github(token);
  });

  const request = (ref: string, environment = 'staging') => ({
    ref,
    environment,
    description: `rolling update of ${environment}, ${'long '.repeat(40)}`,
    transient: false,
    production: false,
  });

  describe('deployments', () => {
    it('never merge a branch and never wait for checks (H5)', async () => {
      const head = double.actor.pullRequests()[0]?.head.sha ?? '';
      double.actor.push('main');
      double.actor.failChecks(head);
      const id = await github().createDeployment(request(head));
      expect(double.actor.deployments()).toMatchObject([{ id, sha: head, environment: 'staging' }]);
      const sent = double.actor.requests().at(-1)?.body;
      expect(sent).toMatchObject({ auto_merge: false, required_contexts: [], ref: head });
    });

    it('exist once, also when the answer was lost', async () => {
      double.actor.fault({ on: 'repos/create-deployment', kind: 'lost-response' });
      const id = await github().createDeployment(request('main'));
      expect(double.actor.deployments().map((deployment) => deployment.id)).toEqual([id]);
    });

    it('show their address and log, and replace the one before', async () => {
      const port = github();
      const status = { state: 'success' as const, description: 'd', environmentUrl: 'http://parking.localhost:8080' };
      for (const _ of [1, 2]) await port.setDeploymentStatus(await port.createDeployment(request('main')), status);
      const states = double.actor.deployments('staging').map((one) => one.statuses.map((s) => s.state));
      expect(states).toEqual([['success', 'inactive'], ['success']]);
      expect(double.actor.deployments()[1]?.statuses[0]?.environmentUrl).toBe('http://parking.localhost:8080');
      expect(await port.listDeployments('staging')).toHaveLength(2);
      expect(await port.listDeployments('review/pr-1')).toEqual([]);
    });

    it('show web addresses only (R18)', async () => {
      const id = await github().createDeployment(request('main'));
      const environmentUrl = 'javascript:alert(1)';
      await github().setDeploymentStatus(id, {
        state: 'success',
        description: '',
        environmentUrl,
        logUrl: 'file:///etc',
      });
      expect(double.actor.deployments()[0]?.statuses[0]).toMatchObject({ environmentUrl: '', logUrl: '' });
    });
  });

  it('tells a protected environment from one that nobody set up (H7)', async () => {
    double.actor.protectEnvironment('production', { requiredReviewers: true, branchPolicy: true });
    double.actor.protectEnvironment('review/pr-1', {});
    const port = github();
    expect(await port.environment('production')).toEqual({
      name: 'production',
      requiredReviewers: true,
      branchPolicy: true,
    });
    expect(await port.environment('review/pr-1')).toMatchObject({ requiredReviewers: false, branchPolicy: false });
    expect(await port.environment('prodution')).toBeUndefined();
  });

  it('says where a commit stands in relation to another', async () => {
    const base = double.actor.push('main').sha;
    const newer = double.actor.push('main').sha;
    const branch = double.actor.pullRequests()[0]?.head.sha ?? '';
    const port = github();
    expect(await port.compare(base, newer)).toBe('ahead');
    expect(await port.compare(newer, base)).toBe('behind');
    expect(await port.compare(newer, newer)).toBe('identical');
    expect(await port.compare(newer, branch)).toBe('diverged');
  });

  it('reads a pull request of a fork that was deleted', async () => {
    double.actor.openPullRequest({ title: 't', branch: 'b', fork: null });
    expect(await github().pullRequest(2)).toMatchObject({ headRepositoryId: undefined, merged: false });
    double.actor.openPullRequest({ title: 't', branch: 'b', fork: { id: 99, owner: 'somebody-else' } });
    expect(await github().pullRequest(3)).toMatchObject({ headRepositoryId: 99 });
  });
});
