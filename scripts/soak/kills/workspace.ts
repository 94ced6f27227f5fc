import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { yamlOf } from '../../../test/support/yaml.ts';

export interface Release {
  /** Counts up: everything that is different in each release is made of it. */
  number: number;
  /** repository@sha256:… */
  image: string;
}

interface Names {
  app: string;
  namespace: string;
  repository: string;
}

/** Name of the ConfigMap that this release has and no other: what earlier ones had must be gone when it is ready. */
export function settingsOf(app: string, { number }: Release): string {
  return `${app}-settings-${number}`;
}

/** Writes slipway.yml and the team's manifests of a release. Both begin with a migration of half a second. */
export function writeRelease(folder: string, { app, namespace, repository }: Names, release: Release): void {
  const config = {
    app,
    image: { repository },
    deploy: {
      manifests: 'k8s',
      migrate: ['python3', '-c', `import time; time.sleep(0.5); print("migrated to ${release.number}")`],
      reversible: true,
    },
    environments: { staging: { namespace } },
  };
  mkdirSync(join(folder, 'k8s'), { recursive: true });
  writeFileSync(join(folder, 'slipway.yml'), yamlOf(config));
  const objects = [settings(app, release), service(app), deployment(app, repository, release)];
  writeFileSync(join(folder, 'k8s', 'app.yaml'), objects.map((object) => yamlOf(object)).join('---\n'));
}

function settings(app: string, release: Release): object {
  const metadata = { name: settingsOf(app, release) };
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata, data: { RELEASE: String(release.number) } };
}

function service(app: string): object {
  const spec = { selector: { app }, ports: [{ port: 80, targetPort: 8080 }] };
  return { apiVersion: 'v1', kind: 'Service', metadata: { name: app }, spec };
}

function deployment(app: string, repository: string, release: Release): object {
  const container = {
    name: 'web',
    image: repository,
    command: ['python3', '-m', 'http.server', '8080'],
    envFrom: [{ configMapRef: { name: settingsOf(app, release) } }],
    readinessProbe: { httpGet: { path: '/', port: 8080 }, periodSeconds: 1 },
  };
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: app },
    spec: {
      replicas: 2,
      revisionHistoryLimit: 2,
      selector: { matchLabels: { app } },
      template: {
        metadata: { labels: { app } },
        spec: { terminationGracePeriodSeconds: 1, containers: [container] },
      },
    },
  };
}
