import { type ChildProcess, type StdioOptions, spawn } from 'node:child_process';
import type { Readable } from 'node:stream';

/** Bytes of an output that is kept: the index of a repository of a million files. */
const MOST = 512 * 1024 * 1024;

/** What would let git believe a file to be unchanged that is not, or run a program that a configuration names. */
const TRUSTWORTHY = [
  ...['core.fsmonitor=false', 'core.checkStat=default', 'core.trustctime=true', 'core.ignoreStat=false'],
  ...['core.fileMode=true', 'core.symlinks=true', 'core.autocrlf=false', 'diff.autoRefreshIndex=true'],
].flatMap((setting) => ['-c', setting]);

/**
 * The output of git in a folder; it writes nothing there. Variables that name another repository do not count.
 * @param from the command whose output is its input
 * @throws Error without git, outside of a repository, and for more than 512 MiB
 */
export async function rawGit(folder: string, args: readonly string[], from?: readonly string[]): Promise<string> {
  const source = from && start(folder, from, ['ignore', 'pipe', 'ignore']);
  const child = start(folder, args, [source?.stdout ?? 'ignore', 'pipe', 'ignore']);
  // The other program has it; without this, this process would take a part of the output.
  source?.stdout?.destroy();
  const [text] = await Promise.all([
    wholeText(child.stdout as Readable),
    succeeded(child),
    source && succeeded(source),
  ]);
  return text;
}

function start(folder: string, args: readonly string[], stdio: StdioOptions): ChildProcess {
  const { GIT_DIR: _d, GIT_WORK_TREE: _w, GIT_INDEX_FILE: _i, ...env } = process.env;
  const child = spawn('git', ['-C', folder, ...TRUSTWORTHY, ...args], {
    env: { ...env, GIT_OPTIONAL_LOCKS: '0' },
    stdio,
  });
  // `succeeded` reports it.
  child.on('error', () => undefined);
  return child;
}

function succeeded(child: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => (code === 0 ? resolve() : reject(new Error(`git ended with exit code ${code}`))));
  });
}

async function wholeText(stream: Readable): Promise<string> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of stream) {
    length += (chunk as Buffer).length;
    if (length > MOST) throw new Error('the output of git is too long to keep');
    chunks.push(chunk as Buffer);
  }
  return Buffer.concat(chunks).toString('utf8');
}
