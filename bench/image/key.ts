import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { diskContext } from '../../src/adapters/context/build-context.ts';

const FILES = 20_000;
const BYTES = 500_000_000;
const PER_FOLDER = 50;

export interface KeyTimes {
  key: number[];
  status: number[];
}

/** The key of a context of 20,000 files and 500 MB in a checkout, and `git status` of it, in turn. */
export async function keyTimes(runs: number): Promise<KeyTimes> {
  const folder = mkdtempSync(join(tmpdir(), 'slipway-bench-context-'));
  try {
    makeCheckout(folder);
    const times: KeyTimes = { key: [], status: [] };
    // The first run of each warms the caches of the machine.
    for (let run = 0; run <= runs; run++) {
      const key = await timed(() => diskContext.scan(folder, join(folder, 'Dockerfile')));
      const status = await timed(async () => git(folder, 'status', '--porcelain'));
      if (run === 0) continue;
      times.key.push(key);
      times.status.push(status);
    }
    return times;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function makeCheckout(folder: string): void {
  const pool = randomBytes(1 << 20);
  const size = BYTES / FILES;
  for (let index = 0; index < FILES; index++) {
    const at = join(folder, 'src', `folder-${Math.floor(index / PER_FOLDER)}`);
    if (index % PER_FOLDER === 0) mkdirSync(at, { recursive: true });
    const from = (index * 997) % (pool.length - size);
    writeFileSync(
      join(at, `file-${index}.ts`),
      Buffer.concat([Buffer.from(`${index}\n`), pool.subarray(from, from + size)]),
    );
  }
  writeFileSync(join(folder, 'Dockerfile'), 'FROM scratch\nCOPY . /\n');
  writeFileSync(join(folder, '.dockerignore'), '.git\nnode_modules\n**/*.log\n');
  git(folder, 'init', '--quiet', '--initial-branch=main');
  git(folder, 'config', 'gc.auto', '0');
  git(folder, 'add', '--all');
  git(folder, '-c', 'user.name=bench', '-c', 'user.email=bench@example.com', 'commit', '--quiet', '--message=bench');
}

function git(folder: string, ...args: string[]): string {
  return execFileSync('git', args, { cwd: folder, encoding: 'utf8' });
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const started = performance.now();
  await work();
  return performance.now() - started;
}
