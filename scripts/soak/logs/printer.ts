import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { program } from '../../../local/demo/program.ts';
import { type Platform, platformEnv } from '../../../local/platform.ts';
import { releasedActions } from '../../../test/support/runner/released.ts';
import { yamlOf } from '../../../test/support/yaml.ts';
import { measured } from './measured.ts';

/** How a program prints. */
export const SHAPES = ['lines of 100 bytes', 'one line'] as const;
export type Shape = (typeof SHAPES)[number];

/** One program that printed a lot, and what Slipway needed for it. */
export interface Printed {
  stage: 'build-image' | 'run-tests' | 'rolling-update';
  shape: Shape;
  seconds: number;
  /** MiB, the peak of the process that the step starts. */
  memory: number;
  /** MiB that Slipway wrote to the log of the step. */
  log: number;
  violations: string[];
}

/** MiB that no run may need, whatever is printed. */
export const MOST_MEMORY = 400;

const LAST = 'the last line: it failed';

/** A program for `python3 -c` that prints so much, then its last line, and ends with 3. */
function printing(shape: Shape, mebibytes: number): string {
  const line = shape === 'one line' ? "'x' * 1048576" : "('x' * 99 + '\\n') * 10486";
  return `import sys\nfor _ in range(${mebibytes}): sys.stdout.write(${line})\nprint('\\n${LAST}', flush=True)\nsys.exit(3)`;
}

/** A repository whose build, test and migration print a lot and fail, on the local platform. */
export class Printer {
  private readonly platform: Platform;
  private readonly folder: string;
  private readonly shape: Shape;
  private readonly mebibytes: number;
  private readonly namespace = `logs-${process.pid}`;

  private constructor(platform: Platform, folder: string, shape: Shape, mebibytes: number) {
    this.platform = platform;
    this.folder = folder;
    this.shape = shape;
    this.mebibytes = mebibytes;
  }

  static async open(platform: Platform, shape: Shape, mebibytes: number): Promise<Printer> {
    const folder = await mkdtemp(join(tmpdir(), 'slipway-logs-'));
    const printer = new Printer(platform, folder, shape, mebibytes);
    await printer.write();
    return printer;
  }

  /** Runs one stage, which fails, and looks at what it reports and needs. */
  async print(stage: Printed['stage']): Promise<Printed> {
    const summary = join(this.folder, '..', `${this.namespace}-summary.md`);
    await writeFile(summary, '');
    const image = this.platform.baseImages.python;
    const inputs = {
      'build-image': {},
      'run-tests': { INPUT_IMAGE: image },
      'rolling-update': { INPUT_ENVIRONMENT: 'staging', INPUT_IMAGE: image },
    }[stage];
    const bundle = join(await releasedActions(), 'dist', 'slipway.mjs');
    const ended = await measured(process.execPath, [bundle, stage], {
      cwd: this.folder,
      env: { HOME: process.env.HOME, ...platformEnv(this.platform), ...inputs, GITHUB_STEP_SUMMARY: summary },
    });
    const told = await readFile(summary, 'utf8');
    await rm(summary);
    const { code, seconds, memory, log, tail } = ended;
    const name = `${stage}, ${this.shape}`;
    const violations = [
      ...(code === 1 ? [] : [`${name}: ended with ${code}: ${tail}`]),
      ...(told.includes(LAST) || this.isClipped(stage, told)
        ? []
        : [`${name}: the summary does not hold the last line`]),
      ...(told.length < 1024 * 1024 ? [] : [`${name}: the summary has ${told.length} characters`]),
      ...(memory < MOST_MEMORY ? [] : [`${name}: needed ${memory.toFixed(0)} MiB`]),
    ];
    return { stage, shape: this.shape, seconds, memory, log, violations };
  }

  async close(): Promise<void> {
    const env = { ...process.env, ...platformEnv(this.platform) };
    await program('kubectl', ['delete', 'namespace', this.namespace, '--ignore-not-found'], { env });
    await rm(this.folder, { recursive: true, force: true });
  }

  /** BuildKit prints at most 2 MiB of a step, and says so. @see https://docs.docker.com/build/builders/drivers/docker-container/ */
  private isClipped(stage: Printed['stage'], told: string): boolean {
    return stage === 'build-image' && this.mebibytes >= 2 && told.includes('log limit');
  }

  private async write(): Promise<void> {
    const command = ['python3', '-c', printing(this.shape, this.mebibytes)];
    const image = this.platform.baseImages.python;
    const config = {
      app: 'logs',
      image: { repository: image.split('@')[0] },
      tests: { unit: { run: command } },
      deploy: { port: 8080, migrate: command, command: ['sleep', 'infinity'] },
      environments: { staging: { namespace: this.namespace } },
    };
    await writeFile(join(this.folder, 'slipway.yml'), yamlOf(config));
    await writeFile(join(this.folder, 'Dockerfile'), `FROM ${image}\nRUN ${JSON.stringify(command)}\n`);
    const who = ['-c', 'user.name=soak', '-c', 'user.email=soak@example.com'];
    await program('git', ['init', '--quiet', '--initial-branch=main'], { cwd: this.folder });
    await program('git', ['add', '--all'], { cwd: this.folder });
    await program('git', [...who, 'commit', '--quiet', '--message=logs'], { cwd: this.folder });
  }
}
