import { describe, expect, it } from 'vitest';
import { parseConfig } from '../../../src/config/load.ts';
import { UserError } from '../../../src/errors.ts';
import type { PipelineEvent } from '../../../src/event/pipeline-event.ts';
import type { BuildInputs } from '../../../src/inputs/build-image.ts';
import { buildInputs, buildSecrets, secretInputs } from '../../../src/inputs/build-image.ts';
import { Inputs } from '../../../src/inputs/read.ts';
import { type BuildPlan, planBuilds } from '../../../src/plan/build-plan.ts';
import { pullRequest, push } from '../../support/unit/events.ts';

const REPOSITORY = 'localhost:5000/apps/parking';
const config = (more = '') => parseConfig(`app: parking\nimage: { repository: ${REPOSITORY}${more} }\n`, 'slipway.yml');

function inputs(given: Record<string, string> = {}): BuildInputs {
  const env = Object.fromEntries(
    Object.entries(given).map(([name, value]) => [`INPUT_${name.toUpperCase().replaceAll('-', '_')}`, value]),
  );
  return buildInputs(new Inputs(env), { config: 'slipway.yml', workingDirectory: '/w/app', githubToken: undefined });
}

const planBuild = (...given: Parameters<typeof planBuilds>) => planBuilds(...given)[0] as BuildPlan;

describe('the plan of a build', () => {
  it('names the key of a stage as slipway.yml has it, also for the only entry of `images`', () => {
    const text = 'app: parking\nimages: { api: { repository: r.dev/api, target: final } }\n';
    expect(planBuild(inputs(), parseConfig(text, 'slipway.yml'), push()).targetFrom).toBe('images.api.target');
  });

  it('needs nothing but the configuration', () => {
    expect(planBuild(inputs(), config(), push())).toMatchObject({
      contextDir: '/w/app',
      dockerfile: '/w/app/Dockerfile',
      image: `${REPOSITORY}:sha-0123456789ab`,
      tags: [`${REPOSITORY}:sha-0123456789ab`, `${REPOSITORY}:main`],
      platforms: [],
      ports: { 'deploy.port': 8080 },
      force: false,
    });
  });

  it('names the ports of the processes with this image by their keys', () => {
    const text = `app: shop
images: { api: { repository: r.dev/api }, web: { repository: r.dev/web } }
deploy:
  processes:
    api: { image: api, port: 8080, paths: [/api] }
    admin: { image: api, port: 8081, paths: [/admin] }
    web: { image: web, port: 3000, paths: [/] }
    worker: { image: web, command: w }
`;
    const plans = planBuilds(inputs(), parseConfig(text, 'slipway.yml'), push());
    expect(plans.map(({ ports }) => ports)).toEqual([
      { 'deploy.processes.api.port': 8080, 'deploy.processes.admin.port': 8081 },
      { 'deploy.processes.web.port': 3000 },
    ]);
  });

  it('takes inputs before slipway.yml', () => {
    const configured = config(', context: web, target: prod, args: { A: 1, B: 2 }, platforms: [linux/arm64]');
    expect(planBuild(inputs(), configured, push())).toMatchObject({
      contextDir: '/w/app/web',
      dockerfile: '/w/app/web/Dockerfile',
      target: 'prod',
      buildArgs: { A: '1', B: '2' },
      platforms: ['linux/arm64'],
    });
    const given = inputs({
      context: 'api',
      dockerfile: 'docker/api.Dockerfile',
      target: 'dev',
      'build-args': 'B=3',
      platforms: 'linux/amd64',
      force: 'true',
    });
    expect(planBuild(given, configured, push())).toMatchObject({
      contextDir: '/w/app/api',
      dockerfile: '/w/app/api/docker/api.Dockerfile',
      target: 'dev',
      buildArgs: { A: '1', B: '3' },
      platforms: ['linux/amd64'],
      force: true,
    });
  });

  it('says which paths the workflow names: the author of a pull request chooses all others', () => {
    const paths = (given: Record<string, string>, more = '') => {
      const planned = planBuild(inputs(given), config(more), push()).paths;
      return planned.map(({ path, key, byWorkflow }) => [path, key, byWorkflow]);
    };
    expect(paths({}, ', context: web, dockerfile: ../Dockerfile')).toEqual([
      ['/w/app/web', 'image.context', false],
      ['/w/app/Dockerfile', 'image.dockerfile', false],
    ]);
    expect(paths({ context: '/v', dockerfile: 'x' })).toEqual([
      ['/v', 'input `context`', true],
      ['/v/x', 'input `dockerfile`', true],
    ]);
    const context = '/v/web';
    expect(paths({ context })[1]).toEqual(['/v/web/Dockerfile', 'image.dockerfile', true]);
    expect(paths({ context }, ', dockerfile: ../web-secret')[1]).toEqual(['/v/web-secret', 'image.dockerfile', false]);
  });

  it('bounds its paths by the workspace of the job where there is one', () => {
    const border = (GITHUB_WORKSPACE?: string) => planBuild(inputs(), config(), push(), { GITHUB_WORKSPACE }).border;
    expect(border('/w')).toEqual({ workingDirectory: '/w/app', workspace: '/w' });
    for (const none of ['', undefined]) expect(border(none).workspace).toBeUndefined();
  });

  it('keeps the hand-over name beside tags that are given', () => {
    const plan = planBuild(inputs({ tags: '1.4.0\nghcr.io/acme/parking:edge' }), config(), pullRequest());
    expect(plan.tags).toEqual([`${REPOSITORY}:sha-0123456789ab`, `${REPOSITORY}:1.4.0`, 'ghcr.io/acme/parking:edge']);
  });

  it('knows secrets by id, never by value', () => {
    const plan = planBuild(
      inputs({ secrets: 'npm=s3cr3t-value' }),
      config(', secrets: { pip: PIP_TOKEN, npm: NPM_TOKEN }'),
      push(),
    );
    expect(plan.secretIds).toEqual(['pip', 'npm']);
    expect(JSON.stringify(plan)).not.toContain('s3cr3t-value');
  });

  it('gives SSH agents to the builds of this repository, and none to those of a fork', () => {
    const given = inputs({ ssh: 'default\ngit=/run/agent' });
    expect(planBuild(given, config(), push()).ssh).toEqual(['default', 'git=/run/agent']);
    expect(planBuild(given, config(), pullRequest({ fork: true })).ssh).toEqual([]);
    expect(() => inputs({ ssh: 'default --load' })).toThrow(
      'input `ssh`: "default --load" is neither an id nor id=path',
    );
  });

  it('reads SOURCE_DATE_EPOCH', () => {
    expect(planBuild(inputs(), config(), push(), { SOURCE_DATE_EPOCH: '1700000000' }).sourceDate).toBe(1_700_000_000);
    expect(planBuild(inputs(), config(), push(), { SOURCE_DATE_EPOCH: '' }).sourceDate).toBeUndefined();
    expect(() => planBuild(inputs(), config(), push(), { SOURCE_DATE_EPOCH: 'today' })).toThrow(
      'SOURCE_DATE_EPOCH is "today"',
    );
  });

  it.each([
    [{ context: 'https://github.com/acme/parking.git' }, 'is not a folder'],
    [{ tags: 'a b' }, '"a b" is not an image reference'],
    [{ tags: 'ghcr.io/acme/parking' }, 'is neither a tag nor repository:tag'],
    [{ 'build-args': 'NPM_TOKEN=abc' }, 'build argument NPM_TOKEN looks like a secret'],
    [{ cache: 'githb' }, '"githb" is not known'],
  ])('refuses %o', (given, message) => {
    expect(() => planBuild(inputs(given as Record<string, string>), config(), push())).toThrow(UserError);
    expect(() => planBuild(inputs(given as Record<string, string>), config(), push())).toThrow(message);
  });
});

describe('GitHub’s cache service', () => {
  const planned = (cache: string, event: PipelineEvent = push(), token?: string) =>
    planBuild(inputs({ cache }), config(), event, { ACTIONS_RUNTIME_TOKEN: token });

  it.each(['gha', 'from=type=gha', 'to=scope=x,type=gha'])(
    'is refused where its token is missing, which BuildKit would not say: %s',
    (cache) => {
      expect(() => planned(cache)).toThrow(UserError);
      expect(() => planned(cache)).toThrow('gha would cache nothing');
    },
  );

  it('is used with a token of the workflow, and left out for a fork', () => {
    expect(planned('gha', push(), 't').warnings).toEqual([]);
    expect(planned('gha', pullRequest({ fork: true })).warnings).toEqual(['The build of a fork uses no `cache: gha`.']);
    expect(planned('inline').warnings).toEqual([]);
  });
});

describe('values of secrets', () => {
  const read = (env: Record<string, string>, fork = false) =>
    buildSecrets(new Inputs(env), { pip: 'PIP_TOKEN', npm: 'NPM_TOKEN' }, env, fork);

  it('come from the input, then from the variables that slipway.yml names', () => {
    const secrets = read({ INPUT_SECRETS: 'npm=given', PIP_TOKEN: 'p', NPM_TOKEN: 'n' });
    expect([...secrets]).toEqual([
      ['npm', 'given'],
      ['pip', 'p'],
    ]);
  });

  it('that are missing are an error before the build begins, except for a fork, which has none', () => {
    expect(() => read({ PIP_TOKEN: 'p', NPM_TOKEN: '' })).toThrow(
      'build secret npm: the environment variable NPM_TOKEN is not set',
    );
    expect([...read({}, true)]).toEqual([]);
  });

  it('SEC-15: are none for a fork, also where its workflow gives some', () => {
    expect([...read({ INPUT_SECRETS: 'npm=given', PIP_TOKEN: 'p', NPM_TOKEN: 'n' }, true)]).toEqual([]);
  });

  it.each([
    'ACTIONS_ID_TOKEN_REQUEST_TOKEN',
    'INPUT_GITHUB_TOKEN',
    'GITHUB_TOKEN',
    'google_application_credentials',
    'AWS_SECRET_ACCESS_KEY',
    'DOCKER_AUTH_CONFIG',
    'KUBECONFIG',
    'RUNNER_TEMP',
  ])('SEC-15: are not %s, whatever slipway.yml says', (variable) => {
    const env = { [variable]: 'value' };
    const read = () => buildSecrets(new Inputs(env), { a: variable }, env, false);
    expect(read).toThrow(UserError);
    expect(read).toThrow(`build secret a: the variable ${variable} is not for builds`);
  });
});

describe('input secrets', () => {
  it('keeps everything after the first "="', () => {
    expect(secretInputs(new Inputs({ INPUT_SECRETS: 'a=b=c\nd.e-f=' }))).toEqual({ a: 'b=c', 'd.e-f': '' });
  });

  it('never quotes a line that is wrong', () => {
    const read = () => secretInputs(new Inputs({ INPUT_SECRETS: 'a=b\nhunter2' }));
    expect(read).toThrow('line 2 is not id=value');
    expect(read).not.toThrow('hunter2');
  });
});
