import { describe, expect, it } from 'vitest';
import { createClient } from '../../../src/adapters/github/client.ts';
import { FULL } from '../../support/github-double/tokens.ts';
import { memoryLog } from '../../support/kube/cluster.ts';
import { StepClock } from '../../support/step-clock.ts';
import { adapterOfEachTest, deploymentOf, MARKER } from './adapter.ts';

const LABEL = 'slipway-drift';

describe('adapters/github: what another bot wrote', () => {
  const { double, github } = adapterOfEachTest();
  const repo = () => {
    const [owner = '', name = ''] = double.repository.split('/');
    return { owner, repo: name };
  };
  const githubClient = () =>
    createClient({
      ...{ token: double.token, apiUrl: double.apiUrl, repository: double.repository },
      ...{ clock: new StepClock(), log: memoryLog(), signal: new AbortController().signal },
    });
  const bodies = () => double.actor.comments(1).map(({ author, body }) => [author.login, body]);

  it('SEC-6: comments of foreign bots that quote the marker are neither changed nor deleted', async () => {
    double.actor.comment(1, `Quoting: ${MARKER} thanks`, 'renovate[bot]', 'Bot');
    double.actor.comment(1, `${MARKER}\nreviewed`, 'coderabbitai[bot]', 'Bot');
    double.actor.comment(1, `${MARKER}\nreal`, 'github-actions[bot]', 'Bot');
    await github().upsertComment(1, MARKER, 'new text');
    expect(bodies()).toEqual([
      ['renovate[bot]', `Quoting: ${MARKER} thanks`],
      ['coderabbitai[bot]', `${MARKER}\nreviewed`],
      ['github-actions[bot]', `${MARKER}\nnew text`],
    ]);
    expect(await github().findComment(1, MARKER)).toBe(`${MARKER}\nnew text`);
  });

  it('SEC-6: our own comment with the marker further down is another comment', async () => {
    double.actor.comment(1, `Another workflow quotes ${MARKER}`, 'github-actions[bot]', 'Bot');
    await github().upsertComment(1, MARKER, 'ours');
    expect(bodies()).toEqual([
      ['github-actions[bot]', `Another workflow quotes ${MARKER}`],
      ['github-actions[bot]', `${MARKER}\nours`],
    ]);
  });

  it('SEC-6: the token of an app of its own finds the comments of that app', async () => {
    double.actor.comment(1, `${MARKER}\nfrom the job`, 'github-actions[bot]', 'Bot');
    const ofApp = double.actor.addToken(FULL, 'acme-deployer[bot]');
    await github(ofApp).upsertComment(1, MARKER, 'one');
    await github(ofApp).upsertComment(1, MARKER, 'two');
    expect(bodies()).toEqual([
      ['github-actions[bot]', `${MARKER}\nfrom the job`],
      ['acme-deployer[bot]', `${MARKER}\ntwo`],
    ]);
  });

  it('SEC-6: where GitHub does not name the account, the author of what this run wrote does', async () => {
    const ofApp = double.actor.addToken(FULL, 'acme-deployer[bot]');
    double.actor.comment(1, `${MARKER}\nfirst`, 'acme-deployer[bot]', 'Bot');
    double.actor.comment(1, `${MARKER}\nforeign`, 'coderabbitai[bot]', 'Bot');
    double.actor.fault({ on: 'graphql/viewer', kind: 'status', status: 403, times: 99 });
    await github(ofApp).upsertComment(1, MARKER, 'second');
    expect(bodies()).toEqual([
      ['acme-deployer[bot]', `${MARKER}\nsecond`],
      ['coderabbitai[bot]', `${MARKER}\nforeign`],
    ]);
  });

  it('SEC-6: deployments of others to an environment of the same name are not ours', async () => {
    const at = { ...deploymentOf('main'), environment: 'review/pr-1' };
    const foreign = github(double.actor.addToken(FULL, 'vercel[bot]'));
    await foreign.createDeployment(at);
    const byHand = githubClient();
    await byHand.rest.repos.createDeployment({ ...repo(), ref: 'main', environment: 'review/pr-1', auto_merge: false });
    const own = await github().createDeployment(at);
    expect(double.actor.deployments('review/pr-1')).toHaveLength(3);
    expect((await github().listDeployments('review/pr-1')).map(({ id }) => id)).toEqual([own]);
  });

  it('SEC-6: issues of foreign bots, and issues that only quote the marker, are left alone', async () => {
    double.actor.openIssue('Dependency Dashboard', `${MARKER}\nforeign`, 'renovate[bot]', 'Bot');
    double.actor.openIssue('Quoted', `See ${MARKER}`, 'github-actions[bot]', 'Bot');
    expect(await github().findIssue(MARKER, LABEL)).toBeUndefined();
    await github().openIssue(MARKER, { title: 'Drift', body: `${MARKER}\nours`, label: LABEL });
    expect(double.actor.issues().map(({ title, state }) => [title, state])).toEqual([
      ['Dependency Dashboard', 'open'],
      ['Quoted', 'open'],
      ['Drift', 'open'],
    ]);
  });
});
