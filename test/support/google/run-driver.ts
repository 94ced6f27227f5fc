import { spawn } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { GoogleCloud } from './google-cloud.ts';
import { type Command, withHosts } from './own-hosts.ts';

export interface Outcome {
  code: number | null;
  /** The facts that the driver told. */
  facts: Record<string, unknown>[];
  /** Everything else it printed. */
  output: string;
}

const driver = fileURLToPath(new URL('drive.ts', import.meta.url));

/** Runs drive.ts where Google's names are the doubles', with this environment and no other. */
export async function runDriver(cloud: GoogleCloud, args: string[], env: Record<string, string>): Promise<Outcome> {
  const command: Command = [process.execPath, '--import', import.meta.resolve('tsx'), driver, ...args];
  const own = { PATH: process.env.PATH, HOME: mkdtempSync(join(tmpdir(), 'slipway-home-')), ...env };
  const { code, output } = await collect(withHosts(cloud.hosts, command), own);
  const lines = output.split('\n');
  return {
    code,
    facts: lines.filter((line) => line.startsWith('> ')).map((line) => JSON.parse(line.slice(2))),
    output: lines.filter((line) => !line.startsWith('> ')).join('\n'),
  };
}

/** Exit code, and stdout and stderr together. */
export function collect(
  [program, ...args]: Command,
  env: NodeJS.ProcessEnv,
): Promise<{ code: number | null; output: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { env, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    child.stdout.on('data', (text) => {
      output += text;
    });
    child.stderr.on('data', (text) => {
      output += text;
    });
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, output }));
  });
}
