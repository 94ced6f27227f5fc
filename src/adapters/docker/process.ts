import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

export interface ProgramResult {
  code: number;
  stdout: string;
  stderr: string;
}

export interface ProgramOptions {
  /** The whole environment of the child. */
  env: NodeJS.ProcessEnv;
  cwd?: string;
  /** Written to its standard input, which is closed then; nothing is readable there without it. */
  input?: string;
  /** Every line of both streams, as it comes. */
  onLine?: (line: string) => void;
  signal?: AbortSignal | undefined;
  /** Milliseconds after which it is stopped; the result then has code 124, as coreutils' timeout gives it. */
  timeoutMs?: number;
}

/** After it was asked to stop, a program has this long. */
const STOP_MS = 2_000;

/**
 * Runs a program without a shell. Resolves whatever its exit code is.
 *
 * It gets a process group of its own: a Ctrl-C in a terminal reaches us alone, as a cancellation by the runner does, and we
 * decide in which order things are stopped.
 * @throws the system's error when it cannot be started; the signal's reason when that aborts
 */
export async function runProgram(
  file: string,
  args: readonly string[],
  options: ProgramOptions,
): Promise<ProgramResult> {
  options.signal?.throwIfAborted();
  const child = spawn(file, args, {
    env: options.env,
    cwd: options.cwd,
    stdio: [options.input === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'],
    detached: true,
  });
  const stop = stopper((signal) => child.kill(signal));
  const timer = options.timeoutMs === undefined ? undefined : setTimeout(stop.now, options.timeoutMs);
  options.signal?.addEventListener('abort', stop.now, { once: true });
  child.stdin?.on('error', () => undefined);
  child.stdin?.end(options.input);
  const [stdout, stderr] = [collect(child.stdout, options.onLine), collect(child.stderr, options.onLine)];
  try {
    const code = await new Promise<number>((resolve, reject) => {
      child.once('error', reject);
      child.once('close', (exit, signal) => resolve(exit ?? (signal === null ? 1 : 128)));
    });
    options.signal?.throwIfAborted();
    return { code: stop.asked ? 124 : code, stdout: stdout.join('\n'), stderr: stderr.join('\n') };
  } finally {
    clearTimeout(timer);
    stop.done();
    options.signal?.removeEventListener('abort', stop.now);
  }
}

/** SIGTERM, and SIGKILL when that does not help. */
function stopper(kill: (signal: NodeJS.Signals) => void) {
  let hard: NodeJS.Timeout | undefined;
  const stop = {
    asked: false,
    now: () => {
      stop.asked = true;
      kill('SIGTERM');
      hard = setTimeout(() => kill('SIGKILL'), STOP_MS);
    },
    done: () => clearTimeout(hard),
  };
  return stop;
}

function collect(stream: NodeJS.ReadableStream | null, onLine: ((line: string) => void) | undefined): string[] {
  const lines: string[] = [];
  if (!stream) return lines;
  createInterface({ input: stream, crlfDelay: Number.POSITIVE_INFINITY }).on('line', (line) => {
    lines.push(line);
    onLine?.(line);
  });
  return lines;
}
