import http from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { requirePlatform } from '../../support/platform.ts';
import type { JobRun, WorkflowRun } from '../../support/workflow-runner.ts';
import { Team } from './team.ts';

const available = await requirePlatform('the promotion');

/** Every step that is not green, with what it printed. */
function problems(run: WorkflowRun): string {
  const wrong = Object.entries(run.jobs).flatMap(([id, job]) =>
    job.steps
      .filter(({ outcome }) => outcome === 'failure')
      .map(({ name, action, output }) => `${id} / ${name}:\n${action?.log.lines.join('\n') ?? output}`),
  );
  return wrong.join('\n\n');
}

const results = (run: WorkflowRun) =>
  Object.fromEntries(Object.entries(run.jobs).map(([id, { result }]) => [id, result]));
const outputsOf = (job: JobRun | undefined, step: string) =>
  job?.steps.find(({ name }) => name === step)?.outputs ?? {};

/** GET by way of the ingress controller. Not every resolver knows that *.localhost is this machine. */
function get(url: string): Promise<{ status: number; text: string }> {
  const { host, port, pathname } = new URL(url);
  return new Promise((resolve, reject) => {
    const request = http.get({ hostname: '127.0.0.1', port, path: pathname, headers: { host } }, (answer) => {
      let text = '';
      answer.setEncoding('utf8').on('data', (chunk: string) => {
        text += chunk;
      });
      answer.on('end', () => resolve({ status: answer.statusCode ?? 0, text }));
    });
    request.on('error', reject);
  });
}

describe.skipIf(!available)('a release manager promotes', () => {
  let team: Team;
  let tested: string;

  beforeAll(async () => {
    if (!available) throw new Error('no platform');
    team = await Team.open(available.platform);
  });
  afterAll(async () => {
    expect(await team.close()).toEqual([]);
  });

  it('main.yml: staging runs what was tested', async () => {
    team.repository.edit('parking/templates/front.html', [['<h1>Parking</h1>', '<h1>Blue parking</h1>']]);
    const sha = team.repository.commit('Blue');
    team.repository.push('main');
    const run = await team.on(team.github.actor.push('main', sha), 'main');
    expect(problems(run)).toBe('');
    expect(results(run)).toEqual({ staging: 'success' });
    expect(run.jobs.staging?.environment).toEqual({ name: 'staging', url: team.url('staging') });
    tested = outputsOf(run.jobs.staging, 'Push').reference ?? '';
    expect(tested).toMatch(/@sha256:[0-9a-f]{64}$/);
    expect(imageOf(`${team.name}-staging`)).toBe(tested);
    expect((await get(`${team.url('staging')}/`)).text).toContain('Blue parking');
  });

  it('promote.yml, not approved: shows what would change, and changes nothing', async () => {
    const run = await team.on(team.github.actor.dispatch({}), 'promote', false);
    expect(problems(run)).toBe('');
    expect(results(run)).toEqual({ plan: 'success', promote: 'failure' });
    expect(run.jobs.plan?.outputs).toEqual({ reference: tested });
    expect(team.kubectl(['get', 'deployments', '-n', `${team.name}-production`, '-o', 'name'])).toBe('');
  });

  it('promote.yml, approved: production runs the digest that staging runs', async () => {
    const run = await team.on(team.github.actor.dispatch({}), 'promote');
    expect(problems(run)).toBe('');
    expect(results(run)).toEqual({ plan: 'success', promote: 'success' });
    expect(imageOf(`${team.name}-production`)).toBe(tested);
    const production = new URL(team.url('x'));
    const host = `${team.name}.localhost:${production.port}`;
    expect((await get(`http://${host}/`)).text).toContain('Blue parking');
  });

  it('promote.yml again: there is nothing to do', async () => {
    const run = await team.on(team.github.actor.dispatch({ image: tested }), 'promote');
    expect(problems(run)).toBe('');
    expect(outputsOf(run.jobs.promote, 'Promote')).toMatchObject({ outcome: 'unchanged', reference: tested });
  });

  it('promote.yml with another digest than staging runs: refused, with nothing changed', async () => {
    const image = tested.replace(/sha256:.*/, `sha256:${'0'.repeat(64)}`);
    const run = await team.on(team.github.actor.dispatch({ image }), 'promote');
    expect(results(run)).toEqual({ plan: 'failure', promote: 'skipped' });
    expect(problems(run)).toContain(tested);
    expect(imageOf(`${team.name}-production`)).toBe(tested);
  });

  const imageOf = (namespace: string) =>
    team.kubectl([
      'get',
      'deployments',
      '-n',
      namespace,
      '-o',
      'jsonpath={.items[*].spec.template.spec.containers[0].image}',
    ]);
});
