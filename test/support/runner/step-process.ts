import { type ChildProcess, spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';

/** The runner's patience after SIGINT and after SIGTERM, in milliseconds. @see actions/runner ProcessInvoker.cs */
const AFTER_SIGINT = 7_500;
const AFTER_SIGTERM = 2_500;

export interface ProcessResult {
  /** null when a signal ended it. */
  exitCode: number | null;
  signal: NodeJS.Signals | null;
  /** stdout and stderr as they came. */
  output: string;
  stdout: string;
  stderr: string;
  ms: number;
  /** The strongest signal that `cancel` had to send; undefined when it was not called. */
  cancelledBy?: 'SIGINT' | 'SIGTERM' | 'SIGKILL';
}

export interface StepProcess {
  pid: number;
  result: Promise<ProcessResult>;
  /** Output so far. */
  output(): string;
  /** Resolves when the output holds the text; rejects when the process ends before. */
  waitFor(text: string | RegExp): Promise<void>;
  /** As the runner cancels: SIGINT to this one process, 7.5 s, SIGTERM, 2.5 s, SIGKILL of the whole tree. */
  cancel(): Promise<ProcessResult>;
  /** SIGKILL of the whole tree, as when the machine goes. */
  kill(): Promise<ProcessResult>;
}

/** Ids of a process and of all below it. */
function treeOf(pid: number): number[] {
  const children: number[] = [];
  try {
    for (const task of readdirSync(`/proc/${pid}/task`)) {
      const ids = readFileSync(`/proc/${pid}/task/${task}/children`, 'utf8').split(' ').filter(Boolean);
      children.push(...ids.map(Number));
    }
  } catch {
    // It ended in the meantime.
  }
  return [pid, ...children.flatMap(treeOf)];
}

function killTree(pid: number): void {
  for (const id of treeOf(pid).reverse()) {
    try {
      process.kill(id, 'SIGKILL');
    } catch {
      // It ended in the meantime.
    }
  }
}

/** Starts a program as the runner starts a step: no terminal, no input, its own environment and nothing else. */
export function startStep(file: string, args: string[], options: { cwd: string; env: NodeJS.ProcessEnv }): StepProcess {
  const started = performance.now();
  const child: ChildProcess = spawn(file, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
  const text = { output: '', stdout: '', stderr: '' };
  const listeners = new Set<() => void>();
  for (const stream of ['stdout', 'stderr'] as const) {
    child[stream]?.setEncoding('utf8').on('data', (chunk: string) => {
      text[stream] += chunk;
      text.output += chunk;
      for (const listener of listeners) listener();
    });
  }
  let cancelledBy: ProcessResult['cancelledBy'];
  let ended = false;
  const result = new Promise<ProcessResult>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (exitCode, signal) => {
      ended = true;
      for (const listener of listeners) listener();
      const by = cancelledBy ? { cancelledBy } : {};
      resolve({ exitCode, signal, ...text, ms: performance.now() - started, ...by });
    });
  });
  const pid = child.pid ?? -1;
  const endsWithin = (ms: number) =>
    Promise.race([result.then(() => true), new Promise<false>((done) => setTimeout(done, ms, false).unref())]);
  return {
    pid,
    result,
    output: () => text.output,
    waitFor: (wanted) =>
      new Promise((resolve, reject) => {
        const look = () => {
          const found = typeof wanted === 'string' ? text.output.includes(wanted) : wanted.test(text.output);
          if (!found && !ended) return;
          listeners.delete(look);
          if (found) resolve();
          else reject(new Error(`the step ended without ${wanted} in its output:\n${text.output}`));
        };
        listeners.add(look);
        look();
      }),
    async cancel() {
      cancelledBy = 'SIGINT';
      child.kill('SIGINT');
      if (await endsWithin(AFTER_SIGINT)) return result;
      cancelledBy = 'SIGTERM';
      child.kill('SIGTERM');
      if (await endsWithin(AFTER_SIGTERM)) return result;
      cancelledBy = 'SIGKILL';
      killTree(pid);
      return result;
    },
    kill() {
      cancelledBy = 'SIGKILL';
      killTree(pid);
      return result;
    },
  };
}
