import { spawn } from 'node:child_process';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { EnvironmentError } from '../../errors.ts';
import { LONGEST_TIMER } from '../clock/system-clock.ts';
import { LastLines } from '../streams/last-lines.ts';
import { cutLinesOf } from '../streams/lines.ts';

/** What a program did. With `onLine`, the texts are the last lines only: each line was given to it. */
export interface ProgramResult {
  code: number;
  stdout: string;
  stderr: string;
}

export interface ProcessOptions {
  /** The whole environment of the child. */
  env: NodeJS.ProcessEnv;
  cwd?: string;
  /** Written to its standard input, which is then closed. Without it, standard input is empty. */
  input?: string | Readable;
  /** Takes standard output, byte by byte; the result has none of it. */
  output?: NodeJS.WritableStream;
  /** Every line of both streams, as the program prints it. A longer line is cut. */
  onLine?: (line: string) => void;
  /** Bytes of one line for `onLine`; default: 64 KiB. */
  longestLine?: number;
  signal?: AbortSignal | undefined;
  /** Milliseconds after which it is stopped; the result then has the code 124, as of coreutils' timeout. */
  timeoutMs?: number;
}

/** Milliseconds that a program has to end after SIGTERM. */
const STOP_MS = 2_000;
/** Bytes of a stream that is kept whole. */
const MOST_OUTPUT = 64 * 1024 * 1024;
/** Bytes of one line for `onLine`. */
const LONGEST_LINE = 64 * 1024;
/** Characters that are kept of a stream whose lines went to `onLine`. */
const LAST_OUTPUT = 1024 * 1024;

/**
 * Runs a program without a shell. Resolves for every exit code.
 *
 * The program has a process group of its own: Ctrl-C in a terminal reaches only Slipway, as a cancellation by the runner does,
 * and Slipway decides in which order programs stop.
 * @throws the system's error when the program cannot be started; the signal's reason when the signal aborts; an
 *   EnvironmentError for more than 64 MiB of output
 */
export async function runProgram(
  file: string,
  args: readonly string[],
  options: ProcessOptions,
): Promise<ProgramResult> {
  options.signal?.throwIfAborted();
  const child = spawn(file, args, {
    env: options.env,
    cwd: options.cwd,
    stdio: [options.input === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'],
    detached: true,
  });
  const stop = stopper((signal) => child.kill(signal));
  const timer =
    options.timeoutMs === undefined ? undefined : setTimeout(stop.now, Math.min(options.timeoutMs, LONGEST_TIMER));
  options.signal?.addEventListener('abort', stop.now, { once: true });
  child.stdin?.on('error', () => undefined);
  const { input } = options;
  // A program that ends early closes its input; its output shows why.
  const fed = child.stdin && input instanceof Readable ? pipeline(input, child.stdin) : undefined;
  const feeding = fed?.then(
    () => undefined,
    (error: unknown) => (isClosedPipe(error) ? undefined : (error as Error)),
  );
  if (typeof input === 'string') child.stdin?.end(input);
  const outputs = [
    options.output ? copied(child.stdout as Readable, options.output) : collect(child.stdout as Readable, options),
    collect(child.stderr as Readable, options),
  ];
  for (const output of outputs) output.catch(() => undefined);
  try {
    const code = await new Promise<number>((resolve, reject) => {
      child.once('error', reject);
      child.once('close', (exit, signal) => resolve(exit ?? (signal === null ? 1 : 128)));
    });
    options.signal?.throwIfAborted();
    const problem = await feeding;
    if (problem) throw problem;
    // The output of a failed program may end anywhere.
    if (options.output && code !== 0) outputs[0] = Promise.resolve('');
    const [stdout, stderr] = await Promise.all(outputs);
    if (stdout === undefined || stderr === undefined) throw tooMuch(file);
    return { code: stop.asked ? 124 : code, stdout, stderr };
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

/** The text of a stream, or its last lines when `onLine` gets each line; undefined when the text is too long to keep. */
async function collect(
  stream: Readable,
  { onLine, longestLine = LONGEST_LINE }: Pick<ProcessOptions, 'onLine' | 'longestLine'>,
): Promise<string | undefined> {
  return onLine === undefined ? wholeText(stream) : lastLines(stream, onLine, longestLine);
}

async function copied(stream: Readable, output: NodeJS.WritableStream): Promise<string> {
  await pipeline(stream, output);
  return '';
}

async function wholeText(stream: Readable): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of stream) {
    length += (chunk as Buffer).length;
    if (length <= MOST_OUTPUT) chunks.push(chunk as Buffer);
    else chunks.length = 0;
  }
  if (length > MOST_OUTPUT) return undefined;
  return Buffer.concat(chunks).toString('utf8').replaceAll('\r\n', '\n').replace(/\n$/, '');
}

async function lastLines(stream: Readable, onLine: (line: string) => void, longestLine: number): Promise<string> {
  const kept = new LastLines(LAST_OUTPUT);
  for await (const whole of cutLinesOf(stream, longestLine)) {
    // A progress bar returns to the start of its line.
    for (const line of whole.replace(/\r$/, '').split('\r')) {
      kept.push(line);
      onLine(line);
    }
  }
  return kept.lines().join('\n');
}

function isClosedPipe(error: unknown): boolean {
  return error instanceof Error && 'code' in error && /EPIPE|PREMATURE_CLOSE|ECONNRESET/.test(String(error.code));
}

function tooMuch(file: string): EnvironmentError {
  return new EnvironmentError(`${file} printed more than ${MOST_OUTPUT / 1024 / 1024} MiB`, {
    remedy: 'Run the same command by hand and look at what it prints.',
  });
}
