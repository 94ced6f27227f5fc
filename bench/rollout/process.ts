import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';

export interface Command {
  file: string;
  args: string[];
  cwd: string;
  env: Record<string, string>;
}

/** One or more programs that ran one after the other. Times are those of `performance.now()` of this process. */
export interface Ran {
  startedAt: number;
  endedAt: number;
  exitCode: number;
  /** Bytes of memory that the largest of them held at most (resident). */
  peakBytes: number;
  lines: { at: number; text: string }[];
}

const LOOK_EVERY_MS = 20;

/** Runs the commands in turn until one fails. */
export async function runAll(commands: readonly Command[]): Promise<Ran> {
  const all: Ran = { startedAt: performance.now(), endedAt: 0, exitCode: 0, peakBytes: 0, lines: [] };
  for (const command of commands) {
    const ran = await runOne(command, all.lines);
    all.exitCode = ran.exitCode;
    all.peakBytes = Math.max(all.peakBytes, ran.peakBytes);
    if (all.exitCode !== 0) break;
  }
  all.endedAt = performance.now();
  return all;
}

/** As `runAll`, for what has to succeed. @throws Error with the last lines */
export async function succeed(commands: readonly Command[]): Promise<Ran> {
  const ran = await runAll(commands);
  if (ran.exitCode === 0) return ran;
  const [first] = commands;
  throw new Error(`${first?.file} ${first?.args[0]}: exit code ${ran.exitCode}\n${lastLines(ran)}`);
}

export function lastLines({ lines }: Ran): string {
  return lines
    .slice(-20)
    .map(({ text }) => text)
    .join('\n');
}

function runOne(command: Command, lines: Ran['lines']): Promise<{ exitCode: number; peakBytes: number }> {
  return new Promise((resolve, reject) => {
    const child = spawn(command.file, command.args, {
      cwd: command.cwd,
      env: command.env,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const stop = () => child.kill('SIGTERM');
    process.once('exit', stop);
    let peakBytes = 0;
    const look = setInterval(() => {
      peakBytes = Math.max(peakBytes, peakOf(child.pid));
    }, LOOK_EVERY_MS);
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => {
        const at = performance.now();
        for (const line of text.split('\n')) if (line.trim() !== '') lines.push({ at, text: line });
      });
    }
    child.on('error', reject);
    child.on('close', (code) => {
      clearInterval(look);
      process.removeListener('exit', stop);
      resolve({ exitCode: code ?? 1, peakBytes });
    });
  });
}

/** The kernel's own high-water mark, so that nothing between two looks is missed. */
function peakOf(pid: number | undefined): number {
  try {
    const [, kibibytes = '0'] = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
    return Number(kibibytes) * 1024;
  } catch {
    return 0;
  }
}
