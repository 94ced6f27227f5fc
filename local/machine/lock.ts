import { mkdir, open, readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { stateDir } from '../paths.ts';
import { startTime } from './processes.ts';
import { say } from './progress.ts';

const file = `${stateDir}.lock`;

/** One `up` or `down` at a time on this machine: another clone's waits for it. */
export async function locked<T>(work: () => Promise<T>): Promise<T> {
  await mkdir(join(stateDir, '..'), { recursive: true });
  let told = false;
  while (!(await take())) {
    if (!(await isHeld())) {
      await rm(file, { force: true });
      continue;
    }
    if (!told) say('  Another local:up or local:down is at work: waiting for it.');
    told = true;
    await sleep(500);
  }
  try {
    return await work();
  } finally {
    await rm(file, { force: true });
  }
}

async function take(): Promise<boolean> {
  try {
    const handle = await open(file, 'wx');
    await handle.writeFile(`${process.pid} ${startTime(process.pid)}`);
    await handle.close();
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    return false;
  }
}

/** A holder that was killed does not hold it any more. */
async function isHeld(): Promise<boolean> {
  const text = await readFile(file, 'utf8').catch(() => '');
  if (text === '') return Date.now() - (await age()) < 2_000;
  const [pid, start] = text.split(' ');
  return startTime(Number(pid)) === start;
}

/** A file that stays empty belongs to nobody: its maker writes into it at once. */
const age = (): Promise<number> =>
  stat(file).then(
    (found) => found.mtimeMs,
    () => Date.now(),
  );
