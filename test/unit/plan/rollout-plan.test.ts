import { describe, expect, it } from 'vitest';
import { parseConfig } from '../../../src/config/load.ts';
import type { PromoteInputs } from '../../../src/inputs/promote.ts';
import { promoteInputs } from '../../../src/inputs/promote.ts';
import { Inputs } from '../../../src/inputs/read.ts';
import { type RollingUpdateInputs, rollingUpdateInputs } from '../../../src/inputs/rolling-update.ts';
import { chooseCluster } from '../../../src/plan/cluster-choice.ts';
import { planPromotion } from '../../../src/plan/promote-plan.ts';
import { planRollout } from '../../../src/plan/rollout-plan.ts';
import { refusal } from '../../support/refusal.ts';
import { push } from '../../support/unit/events.ts';
import { yamlOf } from '../../support/yaml.ts';

const REPOSITORY = 'registry.example/apps/parking';
const DIGEST = `sha256:${'1'.repeat(64)}`;
const environments = {
  staging: { namespace: 'parking-staging', host: 'staging.parking.acme.dev', env: { B: 'staging' }, replicas: 3 },
  production: { namespace: 'parking', promoteFrom: 'staging', githubEnvironment: 'prod' },
};
const context = (parts: Record<string, unknown> = {}, event = push()) => ({
  config: parseConfig(
    yamlOf({ app: 'parking', image: { repository: REPOSITORY }, environments, ...parts }),
    'slipway.yml',
  ),
  event,
  workingDirectory: '/work/app',
});
const rollout = (inputs: Partial<RollingUpdateInputs> = {}, parts: Record<string, unknown> = {}, event = push()) =>
  planRollout({ ...rollingUpdateInputs(new Inputs({})), ...inputs }, context(parts, event));
const promotion = (inputs: Partial<PromoteInputs> = {}, parts: Record<string, unknown> = {}) =>
  planPromotion({ ...promoteInputs(new Inputs({})), ...inputs }, context(parts));
describe('the plan of a rolling update', () => {
  it('is for staging, with the image of the commit and the way back, unless told otherwise', () => {
    expect(rollout()).toMatchObject({
      environment: 'staging',
      namespace: 'parking-staging',
      images: { parking: `${REPOSITORY}:sha-0123456789ab` },
      timeoutMs: undefined,
      onFailure: 'rollback',
      allowDowngrade: false,
      dryRun: false,
      createNamespace: true,
      onPurpose: false,
      url: 'https://staging.parking.acme.dev',
    });
  });

  it('reads every input', () => {
    const env = {
      INPUT_ENVIRONMENT: 'staging',
      INPUT_IMAGE: DIGEST,
      INPUT_NAMESPACE: 'elsewhere',
      INPUT_TIMEOUT: '90s',
      INPUT_ON_FAILURE: 'leave',
      INPUT_ALLOW_DOWNGRADE: 'true',
      INPUT_DRY_RUN: 'true',
      INPUT_STARTUP: 'parking=120s',
    };
    expect(planRollout(rollingUpdateInputs(new Inputs(env)), context())).toMatchObject({
      namespace: 'elsewhere',
      images: { parking: `${REPOSITORY}@${DIGEST}` },
      timeoutMs: 90_000,
      onFailure: 'leave',
      allowDowngrade: true,
      dryRun: true,
      spec: { namespace: 'elsewhere', processes: [{ startupMs: 120_000 }] },
    });
  });

  it('lays the environment over the app', () => {
    const deploy = { env: { A: 'a', B: 'b' }, secrets: ['one'], replicas: 2, drain: '10s' };
    const { spec } = rollout(
      {},
      { deploy, environments: { staging: { ...environments.staging, secrets: ['one', 'two'] } } },
    );
    expect(spec.processes[0]).toMatchObject({
      env: { A: 'a', B: 'staging' },
      secrets: ['one', 'two'],
      replicas: 3,
      drainMs: 10_000,
    });
  });

  it('lays the environment over each process and cron, in a promotion as well', () => {
    const deploy = {
      processes: { web: { port: 3000, replicas: 2 }, worker: { command: 'work', env: { A: 'a' } } },
      crons: { nightly: { command: 'clean', schedule: '@daily' } },
    };
    const production = {
      ...environments.production,
      processes: { web: { replicas: 6, resources: { cpu: '1' } }, worker: { replicas: 0, env: { A: 'b' } } },
      crons: { nightly: { schedule: '0 1 * * *', suspend: true } },
    };
    const staging = { namespace: 's', host: 's.acme.dev' };
    const parts = { deploy, environments: { staging, production } };
    const { spec, idle, zeroReplicas } = promotion({ image: DIGEST }, parts).to;
    expect(spec.processes).toMatchObject([
      { name: 'parking-web', replicas: 6, resources: { cpu: '1' } },
      { name: 'parking-worker', replicas: 0, env: { A: 'b' } },
    ]);
    expect(spec.crons).toMatchObject([{ schedule: '0 1 * * *', suspend: true }]);
    expect([idle, zeroReplicas]).toEqual([['parking-worker'], 'refused']);
    const before = rollout({}, parts).spec;
    expect(before.processes).toMatchObject([{ replicas: 2 }, { replicas: 1, env: { A: 'a' } }]);
    expect(before.crons).toMatchObject([{ schedule: '@daily', suspend: undefined }]);
  });

  it('serves http on localhost and https elsewhere', () => {
    const host = 'parking.localhost';
    const local = { environments: { staging: { namespace: 'n', host } }, ingress: { port: 8080 } };
    expect(rollout({}, local)).toMatchObject({
      url: 'http://parking.localhost:8080',
      spec: { ingress: { tls: { by: 'nobody' } } },
    });
    expect(rollout({}, { environments: { staging: { namespace: 'n' } } })).toMatchObject({
      url: undefined,
      spec: { ingress: undefined },
    });
  });

  it('replaces {environment} in the paths of the team’s own files', () => {
    const helm = { chart: 'chart', values: ['values/{environment}.yaml'], set: { 'image.pullPolicy': 'Always' } };
    expect(rollout({}, { deploy: { manifests: 'k8s/{environment}' } }).source).toEqual({
      from: 'manifests',
      path: '/work/app/k8s/staging',
    });
    expect(rollout({}, { deploy: { kustomize: 'overlays/{environment}' } }).source).toEqual({
      from: 'kustomize',
      path: '/work/app/overlays/staging',
    });
    expect(rollout({}, { deploy: { helm } }).source).toEqual({
      from: 'helm',
      chart: '/work/app/chart',
      values: ['/work/app/values/staging.yaml'],
      set: { 'image.pullPolicy': 'Always' },
      remote: undefined,
      variables: {},
      crds: true,
      release: 'parking',
    });
  });

  it('takes a re-run for somebody’s wish, a push not', () => {
    expect(rollout({}, {}, push({ run: { id: '1', attempt: 2, url: '' } })).onPurpose).toBe(true);
  });

  it('refuses an environment that accepts promotions only', () => {
    const error = refusal(() => rollout({ environment: 'production' }));
    expect(error.message).toBe('environment production accepts only the release that staging runs');
  });

  it('refuses a tag, another repository, and what is no reference', () => {
    expect(refusal(() => rollout({ image: `${REPOSITORY}:v1` })).message).toContain('is a tag, and a tag can be moved');
    expect(refusal(() => rollout({ image: `registry.example/other@${DIGEST}` })).message).toContain(
      'is not image.repository',
    );
    expect(refusal(() => rollout({ image: 'Not An Image' })).message).toContain('is not an image reference');
  });

  it('takes several images by name; those that the input leaves out are those of the commit', () => {
    const images = { api: { repository: 'r.example/api' }, web: { repository: 'r.example/web' } };
    const parts = { image: undefined, images, deploy: { manifests: 'k8s' } };
    expect(rollout({ image: `web=r.example/web@${DIGEST}` }, parts).images).toEqual({
      api: 'r.example/api:sha-0123456789ab',
      web: `r.example/web@${DIGEST}`,
    });
    expect(rollout({ image: `api=${DIGEST}\nweb=${DIGEST}` }, parts).images.api).toBe(`r.example/api@${DIGEST}`);
    expect(refusal(() => rollout({ image: `r.example/api@${DIGEST}` }, parts)).message).toContain('does not say which');
    expect(refusal(() => rollout({ image: `web=r.example/api@${DIGEST}` }, parts)).message).toContain(
      'r.example/api is not images.web.repository (r.example/web)',
    );
    expect(promotion({ image: `web=${DIGEST}` }, parts)).toMatchObject({
      repositories: { api: 'r.example/api', web: 'r.example/web' },
      expected: { web: `r.example/web@${DIGEST}` },
    });
  });

  it('names the nearest environment, or all of them', () => {
    expect(refusal(() => rollout({ environment: 'stagging' })).remedy).toBe('Did you mean "staging"?');
    const two = { environments: { eu: { namespace: 'a' }, us: { namespace: 'b' } } };
    expect(refusal(() => rollout({}, two)).remedy).toBe('Set it to one of eu, us.');
    expect(refusal(() => rollout({}, { environments: undefined })).message).toBe('slipway.yml has no environments');
  });
});

describe('the plan of a promotion', () => {
  it('is from staging to production, guarded by its GitHub environment, and makes no namespace', () => {
    expect(promotion()).toMatchObject({
      from: { environment: 'staging', namespace: 'parking-staging' },
      to: {
        environment: 'production',
        namespace: 'parking',
        createNamespace: false,
        zeroReplicas: 'refused',
        onPurpose: true,
        onFailure: 'rollback',
      },
      repositories: { parking: REPOSITORY },
      expected: {},
      soakMs: 0,
      githubEnvironment: 'prod',
    });
    expect(promotion().to).not.toHaveProperty('images');
  });

  it('refuses another source than the one in slipway.yml', () => {
    expect(refusal(() => promotion({ from: 'review' })).message).toBe(
      'environment production accepts promotions from staging only, not from review',
    );
  });

  it('refuses a target that takes none', () => {
    expect(refusal(() => promotion({ to: 'staging' })).message).toBe('environment staging accepts no promotions');
    expect(refusal(() => promotion({ to: 'prodution' })).remedy).toBe('Did you mean "production"?');
  });
});

describe('the cluster', () => {
  const none = { kubeconfig: undefined, context: undefined, cluster: undefined, namespace: undefined };
  const gke = 'projects/acme/locations/europe-west1/clusters/main';
  const choose = (inputs: Partial<typeof none>, configured?: Parameters<typeof chooseCluster>[1], env?: string) =>
    chooseCluster({ ...none, ...inputs } as typeof none, configured, env, '/work/app', 'environments.staging.cluster');

  it('is that of the inputs before slipway.yml before KUBECONFIG', () => {
    expect(choose({ cluster: gke } as never, { context: 'c' }, '/env')).toEqual({ by: 'gke', path: gke });
    expect(choose({ kubeconfig: 'k.yaml' } as never, { gke }, '/env')).toEqual({
      by: 'kubeconfig',
      files: '/work/app/k.yaml',
      context: undefined,
    });
    expect(choose({}, { gke }, '/env')).toEqual({ by: 'gke', path: gke });
    expect(choose({}, { context: 'c' }, '/env')).toEqual({ by: 'kubeconfig', files: '/env', context: 'c' });
    expect(choose({}, { context: 'c', kubeconfig: 'k' }, '/env')).toEqual({
      by: 'kubeconfig',
      files: '/work/app/k',
      context: 'c',
    });
    expect(choose({ context: 'd' } as never, { context: 'c' }, '/env')).toEqual({
      by: 'kubeconfig',
      files: '/env',
      context: 'd',
    });
    expect(choose({}, undefined, '/env')).toEqual({ by: 'kubeconfig', files: '/env', context: undefined });
  });

  it('is never guessed', () => {
    const error = refusal(() => choose({}));
    expect(error.message).toBe('no cluster is set');
    expect(error.remedy).toContain('environments.staging.cluster');
    expect(refusal(() => choose({ cluster: gke, context: 'c' } as never)).message).toContain('are both given');
  });

  it('takes no content of a kubeconfig for a path, and does not print it', () => {
    const error = refusal(() => choose({ kubeconfig: 'apiVersion: v1\nusers: [{ token: secret-token }]' } as never));
    expect(error.message).toContain('not a path');
    expect(JSON.stringify([error.message, error.remedy, error.details])).not.toContain('secret-token');
  });
});
