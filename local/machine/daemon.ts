import { spawn } from 'node:child_process';
import { closeSync, existsSync, openSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { logsDir, stateDir } from '../paths.ts';
import { startTime } from './processes.ts';
import { StepFailed } from './progress.ts';
import { lastLines } from './run.ts';

/** A program that keeps running after this one has ended. */
export interface Daemon {
  name: string;
  program: string;
  args: string[];
  env?: NodeJS.ProcessEnv;
  /** Only some tests need it: the platform is up without it. */
  onDemand?: boolean;
  /** A part of the cluster itself: on a busy machine it does not wait for what runs beside it, as on a node of its own. */
  ofCluster?: boolean;
}

interface Started {
  pid: number;
  /** Together with the pid it names one process for ever: pids are used again. */
  startTime: string;
}

const folder = join(stateDir, 'processes');
const onDemandFolder = join(stateDir, 'on-demand');
const recordOf = (name: string): string => {
  const onDemand = join(onDemandFolder, `${name}.json`);
  return existsSync(onDemand) ? onDemand : join(folder, `${name}.json`);
};
export const logOf = (name: string): string => join(logsDir, `${name}.log`);

export function isRunning(name: string): boolean {
  const record = recordOf(name);
  if (!existsSync(record)) return false;
  const started = JSON.parse(readFileSync(record, 'utf8')) as Started;
  return startTime(started.pid) === started.startTime;
}

/**
 * For programs in Go. They collect garbage a quarter as often as they would by themselves, until one of them uses a gigabyte:
 * while the tests run, that is a fifth of the API server's work. And each of them uses half of the processors at once: looking
 * for work on the others costs an eighth, on two processors.
 */
const GO = {
  GOGC: '400',
  GOMEMLIMIT: '1GiB',
  GOMAXPROCS: String(Math.max(1, Math.floor(availableParallelism() / 2))),
};

/** Niceness of the cluster's own programs. Linux weighs sessions against each other where it groups processes by session. */
const FIRST = -10;

/** Starts the daemon where it does not run already. */
export async function start(daemon: Daemon): Promise<void> {
  if (isRunning(daemon.name)) return;
  const records = daemon.onDemand ? onDemandFolder : folder;
  await mkdir(records, { recursive: true });
  await mkdir(logsDir, { recursive: true });
  const path = logOf(daemon.name);
  if (existsSync(path)) renameSync(path, `${path}.1`);
  const log = openSync(path, 'a');
  // A program started by `nice` replaces it; without root `nice` says that it cannot, and starts the program all the same.
  const command = daemon.ofCluster ? ['nice', `--adjustment=${FIRST}`, daemon.program] : [daemon.program];
  const child = spawn(command[0] ?? daemon.program, [...command.slice(1), ...daemon.args], {
    detached: true,
    stdio: ['ignore', log, log],
    env: { ...GO, ...process.env, ...daemon.env },
    cwd: '/',
  });
  closeSync(log);
  // At once, so that an interrupted `up` leaves no process that `down` does not know.
  if (child.pid)
    writeFileSync(
      join(records, `${daemon.name}.json`),
      JSON.stringify({ pid: child.pid, startTime: startTime(child.pid) ?? '' }),
    );
  await new Promise((resolve, reject) => child.once('spawn', resolve).once('error', reject));
  if (daemon.ofCluster) await writeFile(`/proc/${child.pid}/autogroup`, String(FIRST)).catch(() => {});
  child.unref();
}

/** Waits until the daemon answers; fails at once, with its last words, where it has died. */
export async function untilReady(name: string, ready: () => Promise<boolean>, limit = 60_000): Promise<void> {
  const end = Date.now() + limit;
  while (!(await ready())) {
    if (!isRunning(name)) throw await failure(name, 'died');
    if (Date.now() > end) throw await failure(name, `did not answer within ${limit / 1000} s`);
    await sleep(100);
  }
}

async function failure(name: string, what: string): Promise<StepFailed> {
  const log = logOf(name);
  const words = existsSync(log) ? lastLines(await readFile(log, 'utf8'), 12) : '';
  return new StepFailed(
    name,
    `${name} ${what}. Its last lines:\n${words}`,
    log,
    'npm run local:down, then local:up again',
  );
}

/** The daemons that the platform is not up without. */
export function daemons(): Promise<string[]> {
  return recorded(folder);
}

export function onDemandDaemons(): Promise<string[]> {
  return recorded(onDemandFolder);
}

async function recorded(records: string): Promise<string[]> {
  if (!existsSync(records)) return [];
  return (await readdir(records)).map((file) => file.replace(/\.json$/, ''));
}

/** Ends the daemon by its process id: politely, and after `grace` milliseconds for certain. */
export async function stop(name: string, grace = 5_000): Promise<void> {
  if (isRunning(name)) {
    const { pid } = JSON.parse(readFileSync(recordOf(name), 'utf8')) as Started;
    process.kill(pid, 'SIGTERM');
    const end = Date.now() + grace;
    while (isRunning(name) && Date.now() < end) await sleep(30);
    if (isRunning(name)) process.kill(pid, 'SIGKILL');
    while (isRunning(name)) await sleep(20);
  }
  rmSync(recordOf(name), { force: true });
}
