import { describe, expect, it } from 'vitest';
import { parseConfig } from '../../../../src/config/load.ts';
import { planInit } from '../../../../src/plan/init/plan-init.ts';
import { initConfig, initText, NO_ANSWERS, repositoryOf } from '../../../support/unit/repository.ts';

const GO =
  'FROM golang:1 AS build\nCOPY . .\nRUN go build\nFROM scratch\nCOPY --from=build /a /a\nEXPOSE 9898\nCMD ["/a"]\n';
const WEB = 'FROM node:22\nCOPY . .\nEXPOSE 3000\nCMD ["node", "."]\n';
const DEPLOYMENT = (image: string) =>
  `kind: Deployment\nspec: { template: { spec: { containers: [{ name: a, image: "${image}" }] } } }\n`;

describe('images', () => {
  it('several Dockerfiles are several images; one has /, a published one a host of its own, others no path', () => {
    const config = initConfig({
      'api/Dockerfile': WEB,
      'web/Dockerfile': WEB,
      'stats/Dockerfile': WEB,
      'compose.yml':
        'services:\n  api: { build: api, ports: ["1:3000"] }\n  web: { build: web, ports: ["2:3000"] }\n  stats: { build: stats, expose: [3000] }\n',
    });
    expect(Object.keys(config.images ?? {})).toEqual(['api', 'stats', 'web']);
    expect(config.deploy.processes).toMatchObject({
      api: { host: 'api-{host}' },
      web: { paths: ['/'] },
      stats: { paths: [] },
    });
  });

  it('leaves out what is for development, for tests, or only configures another image', () => {
    const { findings, config } = planInit(
      repositoryOf({
        'app/Dockerfile': WEB,
        'app/Dockerfile.prod': WEB.replace('3000', '80'),
        'Dockerfile.dev': WEB,
        '.devcontainer/Dockerfile': WEB,
        'nginx/Dockerfile': 'FROM nginx:1\nCOPY nginx.conf /etc/nginx/\n',
        'nginx/nginx.conf': '',
        'tools/Dockerfile': 'FROM alpine\nRUN apk add make\n',
        'app/index.js': '',
      }),
      NO_ANSWERS,
      () => new Map(),
    );
    expect(parseConfig(config.text, 'slipway.yml').image).toMatchObject({
      context: 'app',
      dockerfile: 'Dockerfile.prod',
    });
    expect(findings.leftOut.map(({ path }) => path).sort()).toEqual([
      '.devcontainer/Dockerfile',
      'Dockerfile.dev',
      'app/Dockerfile',
      'nginx/Dockerfile',
      'tools/Dockerfile',
    ]);
  });

  it('takes the named contexts of a compose file, and asks for those that are neither folders nor images', () => {
    const compose = (contexts: string) => ({
      'web/Dockerfile': `${WEB}COPY --from=shared . /shared\n`,
      'web/index.js': '',
      'shared/a.js': '',
      'compose.yml': `services:\n  web:\n    build:\n      context: web\n      additional_contexts: ${contexts}\n    ports: ["1:3000"]\n`,
    });
    const image = 'docker-image://ghcr.io/acme/node:22';
    for (const form of [`{ shared: ./shared, node:22: ${image} }`, `["shared=./shared", "node:22=${image}"]`])
      expect(initConfig(compose(form)).image?.contexts).toEqual({ shared: 'shared', 'node:22': image });
    const others = compose(
      '{ shared: shared, lib: "https://example.com/lib.git", up: ../.., api: "service:api", Up: . }',
    );
    expect(initConfig(others).image?.contexts).toEqual({ shared: 'shared' });
    expect(initText(others)).toContain('ask: where do lib, up, api, Up come from?');
    expect(initConfig(compose('{}')).image?.contexts).toBeUndefined();
  });

  it('finds the context from what the Dockerfile copies', () => {
    const config = initConfig({
      'docker/Dockerfile': 'FROM python\nCOPY requirements.txt .\nCOPY app app\nEXPOSE 8000\n',
      'requirements.txt': '',
      'app/a.py': '',
    });
    expect(config.image).toEqual({ repository: 'ghcr.io/acme/parking', dockerfile: 'docker/Dockerfile' });
  });

  it('deploys the stage for production where the last one is for development', () => {
    const config = initConfig({
      Dockerfile: `${WEB.replace('node:22', 'node:22 AS production')}FROM production AS dev\nRUN npm ci\n`,
    });
    expect(config.image?.target).toBe('production');
  });
});

describe('stages for development', () => {
  const NODE = 'FROM node:22 AS development\nCOPY . .\nRUN npm ci\nCMD ["node", "."]\n';
  const EDITOR = 'FROM development AS dev-envs\nRUN useradd vscode\n';
  const PACKAGE = '{ "scripts": { "test": "mocha" } }';

  it('are marked as a guess where the last one is deployed, or the one that it is made from', () => {
    const files = { Dockerfile: NODE + EDITOR, 'package.json': PACKAGE };
    expect(initConfig(files).image?.target).toBe('development');
    expect(initText(files)).toMatch(/target: development # guess: .*the last stage, dev-envs, looks like one for dev/);
    const alone = { Dockerfile: 'FROM node:22 AS base\nCOPY . .\nFROM base AS dev\nCMD ["node", "."]\n' };
    expect(initConfig(alone).image?.target).toBe('dev');
    expect(initText(alone)).toMatch(/target: dev # guess: /);
    expect(initConfig({ Dockerfile: NODE.replace(' AS development', ' AS app') }).image?.target).toBeUndefined();
  });

  it('run no tests where they leave out packages for development', () => {
    const production = NODE.replace('COPY', 'ARG NODE_ENV=production\nENV NODE_ENV $NODE_ENV\nCOPY');
    const files = { Dockerfile: `${production}FROM development AS app\n`, 'package.json': PACKAGE };
    expect(initConfig(files).tests).toBeUndefined();
    expect(initText(files)).toMatch(
      /# ask: Dockerfile:2 ARG NODE_ENV=production leaves the test runner out of the image/,
    );
    expect(initConfig({ ...files, Dockerfile: `${NODE}FROM development AS app\n` }).tests?.unit).toMatchObject({
      target: 'development',
    });
  });

  it('for an editor run no tests, and what a compose file publishes of one is not the port of another', () => {
    const builder = 'FROM development AS builder\nRUN npm run build\n';
    const files = {
      Dockerfile: `${NODE}${builder}${EDITOR}FROM nginx:1\nCOPY --from=builder /code/build /usr/share/nginx/html\n`,
      'package.json': PACKAGE,
      'compose.yml': 'services:\n  app:\n    build: { context: ., target: development }\n    ports: ["3000:3000"]\n',
    };
    expect(initConfig(files).tests?.unit).toMatchObject({ target: 'builder' });
    expect(initConfig(files).deploy.port).toBe(80);
    expect(initText(files)).toContain('port: 80 # guess: Dockerfile FROM nginx:1');
    const own = files['compose.yml'].replace(', target: development', '');
    expect(initConfig({ ...files, 'compose.yml': own }).deploy.port).toBe(3000);
    const unknown = files.Dockerfile.replace('nginx:1\n', 'unknown:1\n');
    expect(initText({ ...files, Dockerfile: unknown })).toMatch(/port: 3000 # guess: /);
  });
});

describe('objects of the team', () => {
  it('a chart gets the repository by its value', () => {
    const config = initConfig({
      Dockerfile: GO,
      'charts/parking/Chart.yaml': 'name: parking\n',
      'charts/parking/values.yaml': 'image:\n  repository: ghcr.io/acme/parking\n  tag: v1\n',
      'charts/parking/values-staging.yaml': '',
      'charts/parking/values-production.yaml': '',
      'go.mod': 'require (\n\tgithub.com/redis/go-redis/v9 v9.0.0\n)\n',
    });
    expect(config.deploy.helm).toMatchObject({
      chart: 'charts/parking',
      values: ['charts/parking/values-{environment}.yaml'],
      set: { 'image.repository': 'ghcr.io/acme/parking' },
    });
    // The chart decides what runs beside the app.
    expect(config.review?.services).toBeUndefined();
  });

  it('a chart with open Services gets closed ones in reviews; without an Ingress, the host is asked about', () => {
    const files = {
      Dockerfile: GO,
      'chart/Chart.yaml': 'name: parking\n',
      'chart/values.yaml':
        'image: { repository: acme/parking, tag: v1 }\nservice:\n  type: LoadBalancer\nadmin:\n  service: { type: NodePort }\ncache: { type: ClusterIP }\ntype: NodePort\n',
      'chart/templates/service.yaml': 'kind: Service\nspec: { type: "{{ .Values.service.type }}" }\n',
    };
    expect(initConfig(files).review?.helm).toEqual({
      set: { 'service.type': 'ClusterIP', 'admin.service.type': 'ClusterIP' },
    });
    expect(initText(files)).toContain('chart/values.yaml:3 type: LoadBalancer');
    const asked = /ask: .*no Ingress is in chart/;
    expect(initText(files)).toMatch(asked);
    expect(initText(files, { domain: 'acme.dev' })).toMatch(asked);
    expect(initText({ ...files, 'chart/templates/ingress.yaml': '{{ if .a }}\nkind: Ingress\n' })).not.toMatch(asked);
    expect(initText({ Dockerfile: GO })).not.toMatch(asked);
  });

  it('overlays of kustomize are environments, and reviews use one of them', () => {
    const config = initConfig({
      Dockerfile: GO,
      'k8s/base/kustomization.yaml': 'resources: [a.yaml]\n',
      'k8s/base/a.yaml': DEPLOYMENT('registry.acme.dev/parking:1'),
      'k8s/overlays/staging/kustomization.yaml': 'resources: [../../base]\n',
      'k8s/overlays/prod/kustomization.yaml': 'resources: [../../base]\n',
    });
    expect(config.deploy.kustomize).toBe('k8s/overlays/{environment}');
    expect(config.review?.kustomize).toBe('k8s/overlays/staging');
    expect(Object.keys(config.environments ?? {})).toEqual(['staging', 'prod']);
    expect(config.image?.repository).toBe('registry.acme.dev/parking');
  });

  it('manifests bring their database, and ask about a Service that reviews refuse', () => {
    const files = {
      Dockerfile: GO,
      'deploy/app.yaml': DEPLOYMENT('acme/parking'),
      'deploy/db.yaml': DEPLOYMENT('postgres:16'),
      'deploy/service.yaml': 'kind: Service\nspec:\n  type: NodePort\n',
      'compose.yml': 'services: { db: { image: "postgres:16" } }\n',
    };
    expect(initConfig(files)).toMatchObject({
      deploy: { manifests: 'deploy' },
      image: { repository: 'docker.io/acme/parking' },
    });
    expect(initConfig(files).review?.database).toBeUndefined();
    expect(initText(files)).toContain('deploy/service.yaml:3 type: NodePort');
  });

  it('objects of other images are not those of the app', () => {
    const config = initConfig({ Dockerfile: GO, 'deploy/a.yaml': DEPLOYMENT('acme/other') });
    expect(config.deploy).toMatchObject({ port: 9898 });
  });
});

describe('registry, variant and branch', () => {
  const plan = (files: Record<string, string>, other = {}, answers = {}) =>
    planInit(
      repositoryOf({ Dockerfile: GO, ...files }, other),
      { ...NO_ANSWERS, ...answers },
      (variant) => new Map([[`${variant}.yml`, 'on: { push: { branches: [main] } }\nregistry: ghcr.io\n']]),
    );
  const CI = '.github/workflows/ci.yml';

  it('takes Google Cloud where a workflow signs in there, and asks for the cluster', () => {
    const { config, workflows } = plan({
      [CI]: 'uses: google-github-actions/auth@v3\nenv: europe-west1-docker.pkg.dev/acme/apps/parking\n',
    });
    expect(config.text).toContain('repository: europe-west1-docker.pkg.dev/acme/apps/parking');
    expect(config.text).toContain('gke: projects/<project>/locations');
    expect(() => parseConfig(config.text, 'slipway.yml')).toThrow('slipway.yml');
    expect(workflows.map(({ path }) => path)).toEqual(['.github/workflows/google-cloud.yml']);
  });

  it('leaves a registry that only a person knows as a text that the check refuses', () => {
    const { config } = plan({}, { origin: 'git@gitlab.com:acme/parking.git' });
    expect(config.text).toContain('repository: <registry>/parking # ask: ');
    expect(() => parseConfig(config.text, 'slipway.yml')).toThrow(/must be host/);
  });

  it('takes answers, and writes the workflows for the branch and the registry', () => {
    const answers = {
      app: 'lot',
      registry: 'registry.acme.dev/apps',
      domain: 'acme.dev',
      variant: 'kubernetes' as const,
    };
    const { config, workflows } = plan({}, { branch: 'trunk' }, answers);
    expect(parseConfig(config.text, 'slipway.yml')).toMatchObject({
      image: { repository: 'registry.acme.dev/apps/lot' },
      review: { host: 'pr-{number}.lot.acme.dev' },
      environments: { staging: { host: 'staging.lot.acme.dev' }, production: { host: 'lot.acme.dev' } },
    });
    expect(workflows[0]?.text).toBe('on: { push: { branches: [trunk] } }\nregistry: registry.acme.dev\n');
  });

  it('writes the same file again beside the workflows that it has written', () => {
    const first = plan({});
    const own =
      'jobs: { a: { uses: slipway-deploy/slipway/.github/workflows/main.yml@v1, with: { registry: ghcr.io } } }\n';
    expect(plan({ '.github/workflows/main.yml': own }).config.text).toBe(first.config.text);
  });

  it('finds the address in a host by the class of the ingress controller, and needs none with a domain', () => {
    expect(parseConfig(plan({}).config.text, 'slipway.yml')).toMatchObject({
      ingress: { class: 'nginx' },
      review: { host: 'pr-{number}.parking.{address}.sslip.io' },
    });
    expect(parseConfig(plan({}, {}, { domain: 'acme.dev' }).config.text, 'slipway.yml').ingress).toBeUndefined();
  });

  it('refuses an answer that slipway.yml refuses', () => {
    expect(() => plan({}, {}, { app: 'No Name' })).toThrow('slipway.yml with these arguments is not valid');
  });
});
