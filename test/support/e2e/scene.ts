import { randomBytes, randomInt } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { environmentObjects } from '../../../local/demo/databases.ts';
import { program } from '../../../local/demo/program.ts';
import { Repository } from '../../../local/demo/repository.ts';
import { repositoryRoot } from '../../../local/demo/root.ts';
import { type Platform, platformEnv } from '../../../local/platform.ts';
import { type GitHubDouble, startGitHubDouble } from '../github-double/double.ts';
import type { GitHubEvent } from '../github-double/events.ts';
import { readHistory } from '../github-double/history-of-clone.ts';
import type { TestPlatform } from '../platform.ts';
import { EditedYaml } from '../yaml.ts';
import { ClusterView } from './cluster.ts';
import { DockerView } from './docker.ts';
import { RegistryView } from './registry.ts';
import { PREFIX, sweep } from './sweep.ts';

/** Label of the namespaces that tests make themselves, beside what Slipway does. */
export const SCENE_LABEL = 'slipway.dev/e2e';

/** A folder of examples/. */
export type ExampleName = 'parking' | 'shop' | 'ledger';

/** Names of the images of an example that has several. */
const IMAGES: Partial<Record<ExampleName, string[]>> = { shop: ['api', 'web'] };

/**
 * What one test file plays in: an example as a repository of its own, on a GitHub of its own, with names (app, hosts,
 * namespaces, image repository) that no other file has, on the one local platform.
 */
export class Scene {
  readonly platform: Platform;
  readonly github: GitHubDouble;
  readonly repository: Repository;
  readonly example: ExampleName;
  readonly app: string;
  readonly repositoryId: number;
  readonly cluster: ClusterView;
  readonly registry: RegistryView;
  readonly docker: DockerView;
  private readonly folder: string;

  private constructor(platform: Platform, github: GitHubDouble, repository: Repository, names: Names, folder: string) {
    this.platform = platform;
    this.github = github;
    this.repository = repository;
    this.example = names.example;
    this.app = names.app;
    this.repositoryId = names.repositoryId;
    this.folder = folder;
    this.cluster = new ClusterView(platform);
    this.registry = new RegistryView(platform.registry);
    this.docker = new DockerView(platform);
  }

  /** @param name of the story, part of all names: a few letters */
  static async open({ platform }: TestPlatform, name: string, example: ExampleName = 'parking'): Promise<Scene> {
    const app = `${PREFIX}${name}-${randomBytes(3).toString('hex')}`;
    const names = { app, repositoryId: randomInt(1e9, 2e9), example };
    const folder = await mkdtemp(join(tmpdir(), 'slipway-e2e-'));
    const [github, repository] = await Promise.all([
      startGitHubDouble({ repository: `acme/${app}`, repositoryId: names.repositoryId }),
      Repository.create(join(folder, app), join(repositoryRoot, 'examples', example), platform),
    ]);
    const scene = new Scene(platform, github, repository, names, folder);
    await Promise.all([rename(scene), sweep(scene.cluster)]);
    return scene;
  }

  /** Path of the image repository in the registry; with several images, of the folder of all. */
  get images(): string {
    return `apps/${this.app}`;
  }

  /** Name of the image repository, as slipway.yml has it. */
  get imageRepository(): string {
    return `${this.platform.registry}/${this.images}`;
  }

  /** Paths of all image repositories. */
  get repositories(): string[] {
    return IMAGES[this.example]?.map((name) => `${this.images}/${name}`) ?? [this.images];
  }

  get staging(): string {
    return `${this.app}-staging`;
  }

  get production(): string {
    return `${this.app}-production`;
  }

  /** URL of a host behind the platform's ingress. */
  url(host: string, path = ''): string {
    return `http://${host}:${this.platform.ingress.port}${path}`;
  }

  /** Where GitHub keeps the artifacts of runs. */
  get artifacts(): string {
    return join(this.folder, 'artifacts');
  }

  /** What a machine that runs jobs has: Docker and programs; no way into the cluster, which the sign-in brings. */
  get machine(): Record<string, string> {
    const { KUBECONFIG: _signIn, ...rest } = platformEnv(this.platform);
    return Object.fromEntries(Object.entries(rest).flatMap(([name, value]) => (value ? [[name, value]] : [])));
  }

  /** Changes slipway.yml of the working copy; `commit` makes it known. */
  async configure(change: (config: EditedYaml) => void): Promise<void> {
    const path = join(this.repository.folder, 'slipway.yml');
    const config = new EditedYaml(await readFile(path, 'utf8'));
    change(config);
    await writeFile(path, config.toString());
  }

  /** In place of the example's own tests, which need a PostgreSQL: one that takes a second. For all but the first run. */
  async makeTestsQuick(): Promise<void> {
    await this.configure((config) => config.set('tests', { unit: { run: "python3 -c 'import parking'" } }));
  }

  /**
   * In place of the example's own service a small one, of the same image: it needs no database and is up in a second. For
   * tests that are about what Slipway does, and not about what it deploys. /version.txt says which version it is. One pod, where
   * a test does not need more: each is two seconds of a processor.
   */
  async makeSmall(version: string, replicas = 1): Promise<void> {
    await writeFile(join(this.repository.folder, 'db', 'version.txt'), `${version}\n`);
    await writeFile(join(this.repository.folder, 'db', 'serve.py'), SERVER);
    await this.configure((config) => {
      const command = ['python3', 'db/serve.py', '0.0.0.0', '8080'];
      for (const key of ['tests', 'review']) config.delete(key);
      config.set('deploy', { port: 8080, health: '/version.txt', replicas, command, drain: '1s' });
      for (const name of ['staging', 'production']) config.deleteIn(['environments', name, 'secrets']);
    });
  }

  /** Commits the working copy and tells GitHub; resolves to the commit's id. */
  async commit(message: string): Promise<string> {
    await this.repository.git('add', '--all');
    await this.repository.git('commit', '--quiet', '--allow-empty', '--message', message);
    return this.known();
  }

  /** Tells GitHub of the commits that are there; resolves to the id of the present one. */
  async known(): Promise<string> {
    this.github.actor.addCommits(await readHistory(this.repository.folder));
    return this.repository.head();
  }

  /** Commits and pushes to main. */
  async push(message: string): Promise<GitHubEvent> {
    const sha = await this.commit(message);
    this.github.actor.putFile('slipway.yml', await this.repository.read('slipway.yml'));
    return this.github.actor.push('main', sha);
  }

  /** The namespaces with a database that an operator prepares; and of nothing else than this scene. */
  async prepare(...namespaces: string[]): Promise<void> {
    const { postgres } = this.platform.baseImages;
    for (const namespace of namespaces) {
      const labels = { [SCENE_LABEL]: this.app };
      const { space, secret, server } = environmentObjects(this.example, namespace, postgres, labels);
      await this.cluster.apply(space, secret, ...server);
    }
  }

  /** Creates a namespace, or takes one that is there; it goes with the scene. */
  async createNamespace(name: string): Promise<void> {
    const metadata = { name, labels: { [SCENE_LABEL]: this.app } };
    await this.cluster.apply({ apiVersion: 'v1', kind: 'Namespace', metadata });
  }

  /** Where it matters that it is kubectl; `cluster` costs less. */
  kubectl(...args: string[]): Promise<string> {
    return program('kubectl', ['--context', this.platform.context, ...args], { env: platformEnv(this.platform) });
  }

  /** Removes everything of this scene, whatever became of its tests. */
  async close(): Promise<void> {
    const path = '/api/v1/namespaces';
    const own = await Promise.all([
      this.cluster.list(path, `${SCENE_LABEL}=${this.app}`),
      this.cluster.list(path, `slipway.dev/app=${this.app}`),
    ]);
    const labelled = own.flat().map(({ metadata }) => metadata.name);
    const names = new Set([...labelled, this.staging, this.production]);
    await Promise.all([...names].map((name) => this.cluster.remove(`${path}/${name}`)));
    await this.docker.removeImagesOf(this.app);
    for (const path of this.repositories) await this.registry.empty(path);
    await this.github.close();
    await rm(this.folder, { recursive: true, force: true });
  }
}

/** Serves the folder that it lies in: `python3 db/serve.py ADDRESS PORT`. */
const SERVER = `import functools, http.server, os, signal, sys

# Process 1 gets no signal that it does not ask for.
signal.signal(signal.SIGTERM, lambda *_: os._exit(0))
folder = functools.partial(http.server.SimpleHTTPRequestHandler, directory=os.path.dirname(os.path.abspath(__file__)))
http.server.ThreadingHTTPServer((sys.argv[1], int(sys.argv[2])), folder).serve_forever()
`;

interface Names {
  app: string;
  repositoryId: number;
  example: ExampleName;
}

/** Gives the files of the example the names of the scene. */
async function rename(scene: Scene): Promise<void> {
  await scene.configure((config) => {
    config.set('app', scene.app);
    const names = IMAGES[scene.example];
    if (names)
      for (const name of names) config.setIn(['images', name, 'repository'], `${scene.imageRepository}/${name}`);
    else config.setIn(['image', 'repository'], scene.imageRepository);
    config.setIn(['review', 'host'], `pr-{number}.${scene.app}.localhost`);
    config.setIn(['environments', 'staging', 'namespace'], scene.staging);
    config.setIn(['environments', 'production', 'namespace'], scene.production);
    if (scene.example === 'ledger') return;
    if (scene.example === 'shop')
      config.setIn(['deploy', 'processes', 'web', 'env', 'API_URL'], `http://${scene.app}-api`);
    config.setIn(['environments', 'staging', 'host'], `staging.${scene.app}.localhost`);
    config.setIn(['environments', 'production', 'host'], `${scene.app}.localhost`);
  });
  if (scene.example !== 'ledger') return;
  const { repository, app, imageRepository } = scene;
  await repository.edit('chart/values.yaml', (text) => text.replace(/image: \S+/, `image: ${imageRepository}`));
  for (const environment of ['staging', 'production'])
    await repository.edit(`chart/values-${environment}.yaml`, (text) =>
      text.replace('ledger.localhost', `${app}.localhost`),
    );
}
