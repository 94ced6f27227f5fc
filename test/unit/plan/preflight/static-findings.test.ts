import { expect, it } from 'vitest';
import { parseConfig } from '../../../../src/config/load.ts';
import { dockerfilePaths } from '../../../../src/plan/preflight/recipes.ts';
import { staticFindings } from '../../../../src/plan/preflight/static-findings.ts';

const config = (deploy: string) =>
  parseConfig(
    `app: shop
image: { repository: ghcr.io/acme/shop }
deploy: ${deploy}
environments:
  staging: { namespace: s }
  production: { namespace: p, promoteFrom: staging }
`,
    'slipway.yml',
  );
const deployment = {
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'shop-web' },
  spec: {
    replicas: 1,
    template: {
      metadata: { labels: { app: 'shop' } },
      spec: { containers: [{ name: 'web', image: 'ghcr.io/acme/shop:main', ports: [{ containerPort: 80 }] }] },
    },
  },
};
const service = {
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name: 'shop-web' },
  spec: { selector: { app: 'shop' }, ports: [{ port: 8080 }] },
};
const environments = ['staging', 'production'].map((environment) => ({ environment, objects: [deployment, service] }));
const found = (deploy: string, configFile: string, files: { path: string; text: string }[] = []) =>
  staticFindings(config(deploy), environments, { files, configFile }).map(({ code, where }) => ({ code, ...where }));

it('a finding in an object that Slipway writes has the line of its process', () => {
  expect(found('{ processes: { web: { port: 80 } } }', 'app/slipway.yml')).toEqual([
    {
      code: 'single-replica',
      environment: 'production',
      object: 'Deployment shop-web',
      file: 'app/slipway.yml',
      line: 3,
    },
  ]);
});

it('a finding in an object of the team has the line of its manifest', () => {
  const text = 'kind: Deployment\nmetadata: { name: shop-web }\nspec:\n  replicas: 1\n';
  const files = [
    { path: 'app/k8s/web.yaml', text },
    { path: 'other/web.yaml', text },
  ];
  expect(found('{ manifests: k8s }', 'app/slipway.yml', files)).toEqual([
    {
      code: 'single-replica',
      environment: 'production',
      object: 'Deployment shop-web',
      file: 'app/k8s/web.yaml',
      line: 4,
    },
  ]);
});

it('the Dockerfile of each image is found from the folder of slipway.yml, and judged once', () => {
  const files = [{ path: 'app/Dockerfile', text: 'FROM node:24\nUSER 1\nCMD ["node"]\n' }];
  const digests = new Map([['node:24', `sha256:${'b'.repeat(64)}`]]);
  const [base, ...others] = staticFindings(config('{ port: 80 }'), [], {
    files,
    configFile: 'app/slipway.yml',
    digests,
  });
  expect(base).toMatchObject({ code: 'unpinned-base', where: { file: 'app/Dockerfile', line: 1 } });
  expect(base?.remedy).toContain(`FROM node:24@sha256:${'b'.repeat(64)}`);
  expect(others).toEqual([]);
  expect(staticFindings(config('{ port: 80 }'), [], { files, configFile: 'slipway.yml' })).toEqual([]);
});

it('the command of an image counts where a pod starts it', () => {
  const files = [
    { path: 'Dockerfile', text: `FROM node@sha256:${'b'.repeat(64)}\nUSER 1\nCMD ["npm", "run", "dev"]\n` },
  ];
  const started = (command?: string[]) => {
    const [container] = deployment.spec.template.spec.containers;
    const spec = { template: { spec: { containers: [{ ...container, command }] } } };
    const sides = [{ environment: 'staging', objects: [{ ...deployment, spec }] }];
    return staticFindings(config('{ port: 80 }'), sides, { files, configFile: 'slipway.yml' }).map(({ code }) => code);
  };
  expect(started()).toEqual(['development-server']);
  expect(started(['node', 'server.js'])).toEqual([]);
  expect(started(['nodemon', 'server.js'])).toEqual(['development-server']);
});

it('the paths of Dockerfiles are those of slipway.yml, whatever their names', () => {
  const images =
    'app: shop\nimages:\n  web: { repository: ghcr.io/acme/web, context: web, dockerfile: ../build/app.docker }\n  api: { repository: ghcr.io/acme/api }\ndeploy: { processes: { web: { port: 80, image: web }, api: { port: 81, image: api } } }\n';
  const paths = dockerfilePaths(parseConfig(images, 'slipway.yml'), 'app');
  expect([...paths]).toEqual([
    ['web', 'app/build/app.docker'],
    ['api', 'app/Dockerfile'],
  ]);
});
