import { type ChildProcess, spawn } from 'node:child_process';
import { createWriteStream } from 'node:fs';

export interface RunOptions {
  cwd?: string;
  env?: NodeJS.ProcessEnv;
  input?: string;
  /** A file that gets everything that the program prints. */
  log?: string;
  /** Milliseconds. */
  timeout?: number;
}

export class CommandFailed extends Error {
  constructor(command: string, status: string, output: string) {
    super(`${command}: ${status}\n${lastLines(output, 15)}`.trimEnd());
  }
}

export function lastLines(text: string, count: number): string {
  return text.trimEnd().split('\n').slice(-count).join('\n');
}

const running = new Set<ChildProcess>();

/** A failed or interrupted `up` leaves no build behind that nobody waits for. */
process.on('exit', () => {
  for (const child of running) child.kill('SIGTERM');
});

/** Runs one program to its end, without a shell. */
export function run(
  program: string,
  args: string[],
  options: RunOptions = {},
): Promise<{ stdout: string; stderr: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      cwd: options.cwd,
      env: { ...process.env, ...options.env },
      stdio: ['pipe', 'pipe', 'pipe'],
      timeout: options.timeout,
      killSignal: 'SIGKILL',
    });
    running.add(child);
    const log = options.log ? createWriteStream(options.log, { flags: 'a' }) : undefined;
    const output = { stdout: '', stderr: '', all: '' };
    const collect = (stream: 'stdout' | 'stderr') => (data: string) => {
      output[stream] += data;
      output.all = (output.all + data).slice(-20_000);
      log?.write(data);
    };
    child.stdout.setEncoding('utf8').on('data', collect('stdout'));
    child.stderr.setEncoding('utf8').on('data', collect('stderr'));
    const end = (status: string | undefined) => {
      running.delete(child);
      log?.end();
      if (status === undefined) resolve(output);
      else reject(new CommandFailed([program, ...args].join(' '), status, output.all));
    };
    child.on('error', (error) => end(error.message));
    child.on('close', (code, signal) =>
      end(code === 0 ? undefined : signal ? `ended by ${signal}` : `exit code ${code}`),
    );
    child.stdin.on('error', () => {}).end(options.input ?? '');
  });
}

export async function succeeds(program: string, args: string[], options: RunOptions = {}): Promise<boolean> {
  return run(program, args, options).then(
    () => true,
    () => false,
  );
}
