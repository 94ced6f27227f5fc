import { existsSync } from 'node:fs';
import { mkdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { StepFailed, step } from '../machine/progress.ts';
import { run } from '../machine/run.ts';
import { cacheDir, logsDir } from '../paths.ts';
import { buildKey } from './key.ts';
import { PARTS, TimeLeft } from './time-left.ts';

/** A program of one of our Go modules. */
export interface Program {
  name: string;
  package: string;
  ldflags?: string;
}

/** Of the whole cold build, which takes several modules. It begins with the first. */
let timeLeft: TimeLeft | undefined;

const noGo = 'Go 1.24 or newer builds Kubernetes here: install it, or use --kind or --kubeconfig with --context';

/** Builds the programs of a Go module, unless that has been done; returns the folder they are in. */
export async function buildGo(module: string, title: string, programs: Program[]): Promise<string> {
  const version = await run('go', ['version']).catch((error: unknown) => {
    throw new StepFailed(title, error, undefined, noGo);
  });
  timeLeft ??= new TimeLeft(PARTS, Date.now());
  const key = await buildKey(module, version.stdout + JSON.stringify(programs));
  const folder = join(cacheDir, 'build', key);
  for (const program of programs) {
    if (existsSync(join(folder, program.name))) timeLeft.skip(program.name);
    else await build(module, folder, program, timeLeft);
  }
  return folder;
}

async function build(module: string, folder: string, program: Program, left: TimeLeft): Promise<void> {
  await mkdir(folder, { recursive: true });
  await mkdir(logsDir, { recursive: true });
  const log = join(logsDir, `build-${program.name}.log`);
  await rm(log, { force: true });
  const output = join(folder, program.name);
  const compile = async () => {
    const flags = ['-trimpath', '-buildvcs=false', '-mod=readonly', `-ldflags=-s -w ${program.ldflags ?? ''}`];
    const env = { CGO_ENABLED: '0', GOFLAGS: '' };
    await run('go', ['build', ...flags, '-v', '-o', `${output}.part`, program.package], { cwd: module, log, env });
    await rename(`${output}.part`, output);
  };
  const counter = countPackages(log);
  const remedy = 'read the log; the next run goes on where this one stopped';
  try {
    const detail = () => left.words(program.name, counter.count(), Date.now());
    await step(`Build ${program.name} from source`, compile, { log, remedy, detail });
    left.finish(program.name);
  } finally {
    counter.stop();
  }
}

/** With -v the compiler names each package that it compiles. */
function countPackages(log: string): { count: () => number; stop: () => void } {
  let count = 0;
  const timer = setInterval(async () => {
    const text = await readFile(log, 'utf8').catch(() => '');
    count = text.split('\n').filter((line) => line !== '' && !line.startsWith('go: ')).length;
  }, 2_000);
  return { count: () => count, stop: () => clearInterval(timer) };
}
