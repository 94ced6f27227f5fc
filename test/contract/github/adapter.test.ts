import { describe, expect, it } from 'vitest';
import { adapterOfEachTest, deploymentOf } from './adapter.ts';

describe('adapters/github against the double', () => {
  const { double, github } = adapterOfEachTest();

  describe('deployments', () => {
    it('never merge a branch and never wait for checks (H5)', async () => {
      const head = double.actor.pullRequests()[0]?.head.sha ?? '';
      double.actor.push('main');
      double.actor.failChecks(head);
      const id = await github().createDeployment(deploymentOf(head));
      expect(double.actor.deployments()).toMatchObject([{ id, sha: head, environment: 'staging' }]);
      const sent = double.actor.requests().at(-1)?.body;
      expect(sent).toMatchObject({ auto_merge: false, required_contexts: [], ref: head });
    });

    it('exist once, also when the answer was lost', async () => {
      double.actor.fault({ on: 'repos/create-deployment', kind: 'lost-response' });
      const id = await github().createDeployment(deploymentOf('main'));
      expect(double.actor.deployments().map((deployment) => deployment.id)).toEqual([id]);
    });

    it('show their address and log, and replace the one before', async () => {
      const port = github();
      const status = { state: 'success' as const, description: 'd', environmentUrl: 'http://parking.localhost:8080' };
      for (const _ of [1, 2]) await port.setDeploymentStatus(await port.createDeployment(deploymentOf('main')), status);
      const states = double.actor.deployments('staging').map((one) => one.statuses.map((s) => s.state));
      expect(states).toEqual([['success', 'inactive'], ['success']]);
      expect(double.actor.deployments()[1]?.statuses[0]?.environmentUrl).toBe('http://parking.localhost:8080');
      expect(await port.listDeployments('staging')).toHaveLength(2);
      expect(await port.listDeployments('review/pr-1')).toEqual([]);
    });

    it('show web addresses only (R18)', async () => {
      const id = await github().createDeployment(deploymentOf('main'));
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

  it('HRD-2: reads a file of the default branch, and knows one that is not there', async () => {
    double.actor.putFile('apps/parking/slipway.yml', 'app: parking\n# ü');
    expect(await github().fileAt('apps/parking/slipway.yml', 'main')).toBe('app: parking\n# ü');
    expect(await github().fileAt('slipway.yml', 'main')).toBeUndefined();
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

  it('F10: lists the commits that another one lacks, the newest first, and how many', async () => {
    const base = double.actor.push('main').sha;
    const idOf = (index: number) => String(index).padStart(40, 'c');
    const own = Array.from({ length: 230 }, (_, index) => {
      const sha = idOf(index);
      const parents = [index === 0 ? base : idOf(index - 1)];
      return { sha, parents, message: `Change ${index}\n\nWhy.` };
    });
    double.actor.addCommits(own);
    const port = github();
    const two = await port.commitsBetween(base, own[1]?.sha ?? '');
    expect(two).toMatchObject({ total: 2, behind: 0, commits: [{ title: 'Change 1' }, { title: 'Change 0' }] });
    expect(two.commits[0]?.by).not.toBe('');
    const all = await port.commitsBetween(base, own[229]?.sha ?? '');
    expect([all.total, all.commits.length, all.commits[0]?.title]).toEqual([230, 30, 'Change 229']);
    expect(await port.commitsBetween(own[3]?.sha ?? '', base)).toEqual({ total: 0, behind: 4, commits: [] });
  });

  it('reads a pull request of a fork that was deleted', async () => {
    double.actor.openPullRequest({ title: 't', branch: 'b', fork: null });
    expect(await github().pullRequest(2)).toMatchObject({ headRepositoryId: undefined, merged: false });
    double.actor.openPullRequest({ title: 't', branch: 'b', fork: { id: 99, owner: 'somebody-else' } });
    expect(await github().pullRequest(3)).toMatchObject({ headRepositoryId: 99 });
  });
});
