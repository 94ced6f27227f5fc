import { existsSync } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { cacheDir, logsDir } from '../paths.ts';
import { StepFailed, say, seconds, step } from '../machine/progress.ts';
import { run } from '../machine/run.ts';
import { buildKey } from './key.ts';

/** A program of one of our Go modules. */
export interface Program {
  name: string;
  package: string;
  ldflags?: string;
}

const noGo = 'Go 1.24 or newer builds Kubernetes here, and it is not in PATH: install it, or use --kind or --kubeconfig.';

/** Builds the programs of a Go module, unless that has been done; returns the folder they are in. */
export async function buildGo(module: string, title: string, programs: Program[]): Promise<string> {
  const version = await run('go', ['version']).catch((error: unknown) => {
    throw new StepFailed(title, error, undefined, noGo);
  });
  const key = await buildKey(module, version.stdout + JSON.stringify(programs));
  const folder = join(cacheDir, 'build', key);
  for (const program of programs) {
    if (!existsSync(join(folder, program.name))) await build(module, folder, program);
  }
  return folder;
}

async function build(module: string, folder: string, program: Program): Promise<void> {
  await mkdir(folder, { recursive: true });
  await mkdir(logsDir, { recursive: true });
  const log = join(logsDir, `build-${program.name}.log`);
  await rm(log, { force: true });
  const output = join(folder, program.name);
  const start = Date.now();
  let packages = 0;
  const args = ['build', '-trimpath', '-buildvcs=false', '-mod=readonly', `-ldflags=-s -w ${program.ldflags ?? ''}`];
  await step(
    `Build ${program.name} from source (once)`,
    async () => {
      const counter = setInterval(() => void countPackages(log).then((count) => (packages = count)), 2_000);
      try {
        const env = { CGO_ENABLED: '0', GOFLAGS: '' };
        await run('go', [...args, '-v', '-o', `${output}.part`, program.package], { cwd: module, log, env });
      } finally {
        clearInterval(counter);
      }
      await rename(`${output}.part`, output);
    },
    { log, remedy: 'the compiler says what is wrong; run the command again to go on', detail: () => `${packages} packages` },
  );
  if (packages > 1000) say(`    ${packages} packages in ${seconds(start)}`);
}

async function countPackages(log: string): Promise<number> {
  const { readFile } = await import('node:fs/promises');
  const text = await readFile(log, 'utf8').catch(() => '');
  return text.split('\n').length - 1;
}
