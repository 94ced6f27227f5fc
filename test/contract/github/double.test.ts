import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type GitHubDouble, startGitHubDouble } from '../../support/github-double/double.ts';
import { remoteActor } from '../../support/github-double/remote.ts';

/** The double itself: it must notice what GitHub does not document, else it would prove nothing. */
describe('the double of GitHub', () => {
  let double: GitHubDouble;
  beforeAll(async () => {
    double = await startGitHubDouble();
  });
  afterAll(() => double.close());

  const ask = (method: string, path: string, body?: unknown, token = double.token) =>
    fetch(`${double.apiUrl}${path}`, {
      method,
      headers: { authorization: `token ${token}` },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  const newViolations = async (work: () => Promise<unknown>) => {
    const before = double.actor.violations().length;
    await work();
    return double.actor.violations().slice(before);
  };

  it('notices a path that GitHub does not have', async () => {
    const found = await newViolations(() => ask('GET', '/repos/acme/parking/deploys'));
    expect(found).toEqual([expect.stringContaining('GET /repos/acme/parking/deploys: not among the documented')]);
  });

  it('notices a query parameter, a body field and a type that are not documented', async () => {
    expect(await newViolations(() => ask('GET', '/repos/acme/parking/deployments?environmnet=x'))).toEqual([
      'repos/list-deployments: query parameter "environmnet" is not documented',
    ]);
    expect(
      await newViolations(() => ask('POST', '/repos/acme/parking/deployments', { ref: 'main', automerge: false })),
    ).toEqual(['repos/create-deployment: body field "automerge" is not documented']);
    expect(await newViolations(() => ask('POST', '/repos/acme/parking/deployments', { ref: 7 }))).toEqual([
      'repos/create-deployment: repos/create-deployment body/ref: must be string',
    ]);
  });

  it('notices a GraphQL query for what the published schema does not have', async () => {
    const query = (text: string) =>
      fetch(double.apiUrl.replace('/api/v3', '/api/graphql'), {
        method: 'POST',
        headers: { authorization: `token ${double.token}` },
        body: JSON.stringify({ query: text }),
      });
    expect(await newViolations(() => query('query { viewer { databaseId login } }'))).toEqual([]);
    expect(await newViolations(() => query('query { viewer { databaseID } }'))).toEqual([
      'graphql/viewer: type "User" has no field "databaseID"',
    ]);
  });

  it('answers every operation as GitHub describes it, from another process too', async () => {
    const { actor } = double;
    const remote = remoteActor(double.url);
    const pushed = await remote.push('main');
    await remote.push('main');
    const opened = await remote.openPullRequest({ title: 'Bookings can be moved', branch: 'move-bookings' });
    expect(opened.payload).toMatchObject({ action: 'opened', number: 1 });
    await remote.comment(1, 'Looks good');
    actor.protectEnvironment('production', { requiredReviewers: true, branchPolicy: true });
    const found = await newViolations(async () => {
      const created = await ask('POST', '/repos/acme/parking/deployments', { ref: 'main', required_contexts: [] });
      expect(created.status).toBe(201);
      const { id } = (await created.json()) as { id: number };
      const status = { state: 'success', environment_url: 'https://parking.example' };
      expect((await ask('POST', `/repos/acme/parking/deployments/${id}/statuses`, status)).status).toBe(201);
      const posted = await ask('POST', '/repos/acme/parking/issues/1/comments', { body: 'hello' });
      const comment = ((await posted.json()) as { id: number }).id;
      const paths = [
        '',
        `/commits/${pushed.sha}`,
        `/compare/${pushed.sha}...main`,
        '/pulls?state=all',
        '/pulls/1',
        '/issues/1/comments?per_page=100',
        `/issues/comments/${comment}`,
        '/deployments?environment=production',
        `/deployments/${id}`,
        `/deployments/${id}/statuses`,
        '/environments',
        '/environments/production',
      ];
      for (const path of paths)
        expect([path, (await ask('GET', `/repos/acme/parking${path}`)).status]).toEqual([path, 200]);
      expect((await ask('PATCH', `/repos/acme/parking/issues/comments/${comment}`, { body: 'x' })).status).toBe(200);
      expect((await ask('DELETE', `/repos/acme/parking/issues/comments/${comment}`)).status).toBe(204);
      expect((await ask('GET', '/rate_limit')).status).toBe(200);
      expect((await ask('GET', '/user')).status).toBe(403);
      expect((await ask('GET', '/user', undefined, actor.addToken({}, 'developer'))).status).toBe(200);
    });
    expect(found).toEqual([]);
  });

  it('merges the default branch into what is deployed when it is allowed to, as GitHub does', async () => {
    const { actor } = double;
    actor.openPullRequest({ title: 'behind', branch: 'behind' });
    actor.push('main');
    const answer = await ask('POST', '/repos/acme/parking/deployments', { ref: 'behind' });
    expect(answer.status).toBe(202);
  });

  it('shows pull requests, comments and deployments as pages', async () => {
    double.actor.comment(1, 'A **bold** word and <b>no</b> secret');
    const page = await (await fetch(`${double.url}/acme/parking/pull/1`)).text();
    expect(page).toContain('Bookings can be moved');
    expect(page).toContain('A <strong>bold</strong> word');
    expect(await (await fetch(`${double.url}/acme/parking/deployments`)).text()).toContain('https://parking.example');
    expect((await fetch(`${double.url}/acme/other`)).status).toBe(404);
  });
});
