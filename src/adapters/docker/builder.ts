import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { UserError } from '../../errors.ts';
import type {
  Builder,
  BuildRequest,
  BuiltImage,
  ImageContent,
  LoadedImage,
  LocalImage,
  WantedFile,
} from '../../ports.ts';
import { LastLines } from '../streams/last-lines.ts';
import { buildCommand } from './build-args.ts';
import { findBuilt } from './built-image.ts';
import type { DockerCli } from './cli.ts';
import { withLogins } from './docker-config.ts';
import { imagesWithLabels, inspectImage } from './images.ts';
import { type BuildProgram, locateBuilder, locateDocker } from './locate.ts';
import type { LoginsFor } from './login.ts';
import { RawProgress } from './raw-progress.ts';
import { translateBuildError } from './translate-build.ts';
import { commandFailed } from './translate-engine.ts';

/** Characters of a build's output from which its error is read. */
const LAST_OUTPUT = 4 * 1024 * 1024;
/** Bytes of a line: of output, and of progress in JSON, which has the output of several steps. */
const LONGEST_LINE = 64 * 1024;
const LONGEST_PROGRESS = 16 * 1024 * 1024;

/** Builds with BuildKit through the docker program. */
export class DockerBuilder implements Builder {
  private readonly env: NodeJS.ProcessEnv;
  private readonly docker: DockerCli;
  private readonly logins: LoginsFor;
  private program: Promise<BuildProgram> | undefined;
  private ownPlatform: Promise<string> | undefined;

  /**
   * @param env PATH, DOCKER_HOST, DOCKER_CONFIG, RUNNER_TEMP … of the process
   * @param logins for base images and caches beyond docker's own logins
   */
  constructor(env: NodeJS.ProcessEnv, logins: LoginsFor = async () => new Map()) {
    this.env = env;
    this.docker = locateDocker(env);
    this.logins = logins;
  }

  async build(request: BuildRequest, onLine: (line: string) => void, signal?: AbortSignal): Promise<BuiltImage> {
    const program = await this.builderProgram();
    const folder = await mkdtemp(join(this.env.RUNNER_TEMP || tmpdir(), 'slipway-build-'));
    try {
      const resultFile = join(folder, 'result');
      const { args, env } = buildCommand(request, program, resultFile);
      const lines = new LastLines(LAST_OUTPUT);
      const report = (line: string) => {
        lines.push(line);
        onLine(line);
      };
      const progress = program.rawProgress ? new RawProgress(report) : undefined;
      const logins = await this.logins(await this.namedImages(request));
      const { code } = await withLogins(logins, this.env, (own) =>
        program.docker.attempt(args, {
          env: { ...env, ...own },
          onLine: progress ? (line) => progress.line(line) : report,
          longestLine: progress ? LONGEST_PROGRESS : LONGEST_LINE,
          signal,
        }),
      );
      if (code !== 0) throw await this.failure(request, lines.lines());
      const image = await findBuilt(request, resultFile, (name) => this.inspect(name));
      return progress ? { ...image, report: progress.report() } : image;
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  }

  prepare(): void {
    // A build reports why there is none.
    this.builderProgram().catch(() => undefined);
  }

  inspect(image: string): Promise<LocalImage | undefined> {
    return inspectImage(this.docker, image);
  }

  async requireNamedContexts(): Promise<void> {
    if ((await this.builderProgram()).buildx) return;
    throw new UserError('this docker has no buildx, which `contexts` of an image needs', {
      remedy: 'Install docker-buildx-plugin or add docker/setup-buildx-action before this action. Nothing was built.',
    });
  }

  /** @see https://docs.docker.com/reference/cli/docker/#environment-variables (DOCKER_DEFAULT_PLATFORM) */
  platform(): Promise<string> {
    this.ownPlatform ??= this.askPlatform();
    return this.ownPlatform;
  }

  private async askPlatform(): Promise<string> {
    if (this.env.DOCKER_DEFAULT_PLATFORM) return this.env.DOCKER_DEFAULT_PLATFORM;
    const format = '--format={{.Server.Os}}/{{.Server.Arch}}';
    const text = await this.docker.output(['version', format], (stderr) =>
      commandFailed('the platform of the engine cannot be read', stderr),
    );
    return text.trim();
  }

  async tag(image: string, reference: string): Promise<void> {
    await this.docker.output(['image', 'tag', '--', image, reference], (stderr) =>
      commandFailed(`${image} cannot be tagged ${reference}`, stderr),
    );
  }

  async load(archive: string): Promise<LoadedImage> {
    // Loaded on use: few runs read an archive.
    const { loadArchive } = await import('./archive/load-archive.ts');
    return loadArchive(this.docker, archive);
  }

  async contents(image: string, wanted: WantedFile, signal?: AbortSignal): Promise<ImageContent[]> {
    const { imageContents } = await import('./content/image-content.ts');
    return imageContents(this.docker, image, wanted, signal);
  }

  async removeImages(references: string[]): Promise<void> {
    if (references.length === 0) return;
    const { code, stderr } = await this.docker.attempt(['image', 'rm', '--', ...references]);
    const problems = stderr.split('\n').filter((line) => line !== '' && !/no such image/i.test(line));
    if (code !== 0 && problems.length > 0) throw commandFailed('images cannot be removed', problems.join('\n'));
  }

  listImages(labels: Record<string, string>): Promise<LocalImage[]> {
    return imagesWithLabels(this.docker, labels);
  }

  private builderProgram(): Promise<BuildProgram> {
    this.program ??= locateBuilder(this.env);
    return this.program;
  }

  /** The texts that name images for docker to read: the Dockerfile, its arguments, named contexts and the caches. */
  private async namedImages({ dockerfile, contexts, buildArgs, cacheFrom, cacheTo }: BuildRequest): Promise<string> {
    const text = await readFile(dockerfile, 'utf8').catch(() => '');
    const images = Object.values(contexts).map((value) => value.replace(/^docker-image:\/\//, ''));
    return [text, ...images, ...Object.values(buildArgs), ...cacheFrom, ...cacheTo].join('\n');
  }

  private async failure(request: BuildRequest, lines: readonly string[]): Promise<Error> {
    const dockerfile = await readFile(request.dockerfile, 'utf8').catch(() => '');
    return translateBuildError(lines, relative(process.cwd(), request.dockerfile), dockerfile);
  }
}
