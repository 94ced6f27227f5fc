import { describe, expect, it } from 'vitest';
import { initConfig, initText } from '../../../support/unit/repository.ts';

const DEPENDENCIES = '"dependencies": { "pg": "8" }';
const NPM = {
  'package.json': '{ "private": true, "workspaces": ["apps/*"], "scripts": { "test": "npm test --workspaces" } }',
  'package-lock.json': '{}',
  'apps/api/package.json': `{ "scripts": { "test": "node --test" }, ${DEPENDENCIES} }`,
  'apps/api/Dockerfile':
    'FROM node:22\nCOPY package.json package-lock.json ./\nCOPY apps/api apps/api\nRUN npm ci\nEXPOSE 3001\nCMD ["node", "apps/api"]\n',
  'apps/web/package.json': '{ "scripts": { "build": "vite build" } }',
  'apps/web/Dockerfile':
    'FROM node:22 AS build\nCOPY package.json package-lock.json ./\nCOPY apps/web apps/web\nRUN npm ci\nFROM nginx:1\nCOPY --from=build /app/dist /usr/share/nginx/html\n',
};

describe('init on a workspace', () => {
  it('of npm: each package with a Dockerfile is an image that is built from the root', () => {
    const config = initConfig(NPM);
    expect(config.images).toEqual({
      api: { repository: 'ghcr.io/acme/parking/api', dockerfile: 'apps/api/Dockerfile' },
      web: { repository: 'ghcr.io/acme/parking/web', dockerfile: 'apps/web/Dockerfile' },
    });
    expect(config.deploy.processes).toMatchObject({
      api: { image: 'api', port: 3001 },
      web: { image: 'web', port: 80 },
    });
    // The command is that of a folder, and the image starts in another one.
    expect(initText(NPM)).toMatch(/api: # guess: apps\/api\/package\.json:1 /);
  });

  it('of pnpm with turbo: the root has what its commands read', () => {
    const turbo = (app: string) =>
      `FROM node:22 AS build\nCOPY . .\nRUN pnpm dlx turbo prune ${app} --docker\nRUN pnpm install --frozen-lockfile\nEXPOSE 3000\n`;
    const files = {
      ...{ 'package.json': '{}', 'turbo.json': '{}', 'pnpm-lock.yaml': '', 'pnpm-workspace.yaml': '' },
      ...{ 'apps/api/package.json': '{}', 'apps/api/Dockerfile': turbo('api') },
      ...{ 'apps/web/package.json': '{}', 'apps/web/Dockerfile': turbo('web') },
      'packages/db/package.json': '{ "scripts": { "migrate:deploy": "prisma migrate deploy" } }',
    };
    expect(initConfig(files).images).toMatchObject({
      api: { dockerfile: 'apps/api/Dockerfile' },
      web: { dockerfile: 'apps/web/Dockerfile' },
    });
    expect(initText(files)).toContain('# from apps/api/Dockerfile:3 turbo prune needs turbo.json');
    expect(initConfig(files).deploy.migrate).toMatchObject({ command: 'npm run migrate:deploy --prefix packages/db' });
    // A package with a lock file of its own is built in its folder.
    const own = { ...files, 'apps/web/pnpm-lock.yaml': '', 'apps/web/turbo.json': '' };
    expect(initConfig(own).images?.web).toMatchObject({ context: 'apps/web' });
  });

  it('of uv: the lock file is at the root, and Alembic gets the path of its settings', () => {
    const uv = (name: string, start: string) =>
      `FROM python:3.12\nWORKDIR /app\nCOPY . .\nRUN uv sync --frozen --package ${name}\nCMD ["uv", "run", ${start}]\n`;
    const config = {
      ...{ 'pyproject.toml': '[tool.uv.workspace]\nmembers = ["services/*"]\n', 'uv.lock': '' },
      'services/api/pyproject.toml': '[project]\nname = "api"\ndependencies = ["fastapi", "alembic", "psycopg"]\n',
      'services/api/alembic.ini': '[alembic]\n',
      'services/api/Dockerfile': uv('api', '"uvicorn", "api:app", "--port", "8000"'),
      'services/worker/pyproject.toml': '[project]\nname = "worker"\ndependencies = ["celery"]\n',
      'services/worker/Dockerfile': uv('worker', '"celery", "-A", "worker", "worker"'),
    };
    const { images, deploy } = initConfig(config);
    expect(images?.api).toMatchObject({ dockerfile: 'services/api/Dockerfile' });
    expect(images?.worker).not.toHaveProperty('context');
    expect(deploy.migrate).toMatchObject({ command: 'uv run alembic -c services/api/alembic.ini upgrade head' });
    expect(deploy.processes).toMatchObject({ api: { port: 8000 }, worker: { image: 'worker' } });
    expect(initText(config)).not.toContain('ask: the command of a worker');
  });

  it('of Gradle: the wrapper is at the root, and runs the tests', () => {
    const gradle = (name: string) =>
      `FROM eclipse-temurin:21 AS build\nCOPY . .\nRUN ./gradlew :${name}:build\nFROM eclipse-temurin:21-jre\nCOPY --from=build /a.jar /a.jar\nENTRYPOINT ["java", "-jar", "/a.jar"]\n`;
    const config = initConfig({
      ...{ 'settings.gradle.kts': '', 'build.gradle.kts': '', gradlew: '' },
      ...{ 'shop/build.gradle.kts': '', 'shop/Dockerfile': gradle('shop'), 'shop/src/test/java/T.java': '' },
      ...{ 'worker/build.gradle.kts': '', 'worker/Dockerfile': gradle('worker') },
    });
    expect(config.images?.shop).toMatchObject({ dockerfile: 'shop/Dockerfile' });
    expect(config.tests?.shop).toMatchObject({ run: './gradlew test', image: 'shop', target: 'build' });
  });

  it('of Go: compose services that build several stages of one Dockerfile are several images', () => {
    const stage = (name: string, more = '') =>
      `FROM gcr.io/distroless/static AS ${name}\nCOPY --from=build /out/${name} /${name}\n${more}ENTRYPOINT ["/${name}"]\n`;
    const service = (name: string) => `  ${name}: { build: { context: ., target: ${name} } }\n`;
    const config = initConfig({
      ...{ 'go.mod': 'module example.dev/acme\n', 'internal/x_test.go': 'package x\n' },
      Dockerfile: `FROM golang:1 AS build\nCOPY . .\nRUN go build -o /out/ ./cmd/...\n${stage('api', 'EXPOSE 8080\n')}${stage('worker')}${stage('migrate')}`,
      'docker-compose.yml': `services:\n${service('api')}${service('worker')}${service('migrate')}`,
    });
    expect(Object.keys(config.images ?? {})).toEqual(['api', 'worker', 'migrate']);
    expect(config.images).toMatchObject({ api: { target: 'api' }, worker: { target: 'worker' } });
    expect(config.deploy.processes).toMatchObject({ api: { port: 8080 }, worker: { image: 'worker' } });
    // It ends, so it is no process; and there is no shell in it.
    expect(config.deploy.processes).not.toHaveProperty('migrate');
    expect(config.deploy.migrate).toEqual({ image: 'migrate', command: ['/migrate'] });
    expect(Object.keys(config.tests ?? {})).toEqual(['api']);
  });
});
