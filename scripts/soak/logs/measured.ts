import { spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';

/** How a process ended, without its output, which may be larger than memory. */
export interface Measured {
  code: number | null;
  seconds: number;
  /** MiB: the kernel's peak of the process itself, without its children. */
  memory: number;
  /** MiB of output. */
  log: number;
  /** The end of the output. */
  tail: string;
}

const LOOK_MS = 100;
const TAIL = 2_000;

/** Runs a process, counts its output, and reads the peak of its memory while it runs. Needs Linux. */
export async function measured(
  file: string,
  args: readonly string[],
  options: { cwd: string; env: NodeJS.ProcessEnv },
): Promise<Measured> {
  const started = performance.now();
  const child = spawn(file, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
  let [bytes, tail, memory] = [0, '', 0];
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (part: Buffer) => {
      bytes += part.length;
      tail = (tail + part.toString('utf8')).slice(-TAIL);
    });
  }
  const looking = setInterval(async () => {
    const status = await readFile(`/proc/${child.pid}/status`, 'utf8').catch(() => '');
    memory = Math.max(memory, Number(/VmHWM:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1024);
  }, LOOK_MS);
  const code = await new Promise<number | null>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', resolve);
  });
  clearInterval(looking);
  return { code, seconds: (performance.now() - started) / 1000, memory, log: bytes / 1024 / 1024, tail };
}
