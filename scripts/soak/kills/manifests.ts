import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Platform } from '../../../local/platform.ts';
import { RegistryView } from '../../../test/support/e2e/registry.ts';
import { yamlOf } from '../../../test/support/yaml.ts';
import { twoImages } from './images.ts';
import type { LiveContainer, Release, Subject } from './subject.ts';

/** An app of the team's own manifests: one Deployment, and a ConfigMap that has another name in each release. */
export class ManifestsSubject implements Subject {
  readonly app: string;
  readonly images: readonly Release['images'][];
  private readonly platform: Platform;

  private constructor(platform: Platform, app: string, images: readonly Release['images'][]) {
    this.platform = platform;
    this.app = app;
    this.images = images;
  }

  static async create(platform: Platform, app: string): Promise<ManifestsSubject> {
    const images = await twoImages(platform, `apps/${app}`);
    return new ManifestsSubject(
      platform,
      app,
      images.map((image) => ({ '': image })),
    );
  }

  /** Both releases begin with a migration of half a second. */
  async write(folder: string, release: Release): Promise<void> {
    const { app } = this;
    const repository = imageOf(release).split('@')[0] ?? '';
    const config = {
      app,
      image: { repository },
      deploy: {
        manifests: 'k8s',
        migrate: ['python3', '-c', `import time; time.sleep(0.5); print("migrated to ${release.number}")`],
        reversible: true,
      },
      environments: { staging: { namespace: app } },
    };
    await mkdir(join(folder, 'k8s'), { recursive: true });
    await writeFile(join(folder, 'slipway.yml'), yamlOf(config));
    const objects = [settings(app, release), service(app), deployment(app, repository, release)];
    await writeFile(join(folder, 'k8s', 'app.yaml'), objects.map((object) => yamlOf(object)).join('---\n'));
  }

  workloads(release: Release) {
    return [{ name: this.app, image: imageOf(release), replicas: 2, selector: `app=${this.app}` }];
  }

  releaseOf({ envFrom }: LiveContainer): number | undefined {
    const number = /-(\d+)$/.exec(envFrom?.[0]?.configMapRef?.name ?? '')?.[1];
    return number === undefined ? undefined : Number(number);
  }

  objects(release: Release): string[] {
    return [`Deployment ${this.app}`, `Service ${this.app}`, `ConfigMap ${settingsOf(this.app, release)}`];
  }

  close(): Promise<void> {
    return new RegistryView(this.platform.registry).empty(`apps/${this.app}`);
  }
}

const imageOf = ({ images }: Release): string => images[''] ?? '';

/** Name of the ConfigMap that this release has and no other: what earlier ones had must be gone when it is ready. */
function settingsOf(app: string, { number }: Release): string {
  return `${app}-settings-${number}`;
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
