import { program } from '../../../local/demo/program.ts';
import { type Platform, platformEnv } from '../../../local/platform.ts';

/** The platform's Docker engine, asked by its own client. */
export class DockerView {
  private readonly platform: Platform;

  constructor(platform: Platform) {
    this.platform = platform;
  }

  run(...args: string[]): Promise<string> {
    return program(this.platform.docker.bin, args, { env: platformEnv(this.platform) });
  }

  /** Id of an image: the digest of its configuration. */
  async idOf(image: string): Promise<string> {
    return (await this.run('image', 'inspect', '--format', '{{.Id}}', image)).trim();
  }

  /** Names (or ids, where one has none) of the images with a label. @param label name=value */
  async imagesWith(label: string): Promise<string[]> {
    const format = '{{.Repository}}:{{.Tag}} {{.ID}}';
    return lines(await this.run('image', 'ls', '--filter', `label=${label}`, '--format', format));
  }

  /** Names of the images of a repository, whatever their labels. */
  async imagesOf(repository: string): Promise<string[]> {
    return lines(await this.run('image', 'ls', repository, '--format', '{{.Repository}}:{{.Tag}}'));
  }

  /** Ids of the containers, running or not, and of the networks that have a label. */
  async leftWith(label: string): Promise<string[]> {
    const [containers, networks] = await Promise.all([
      this.run('ps', '--all', '--quiet', '--filter', `label=${label}`),
      this.run('network', 'ls', '--quiet', '--filter', `label=${label}`),
    ]);
    return [...lines(containers), ...lines(networks)];
  }

  /** Removes the images that were built for an app, with all their names. */
  async removeImagesOf(app: string): Promise<void> {
    const ids = lines(
      await this.run('image', 'ls', '--quiet', '--no-trunc', '--filter', `label=slipway.dev/app=${app}`),
    );
    if (ids.length > 0) await this.run('image', 'rm', '--force', ...new Set(ids));
  }
}

function lines(text: string): string[] {
  return text.split('\n').filter((line) => line !== '');
}
