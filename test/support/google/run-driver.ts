import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { bundled } from '../runner/bundled.ts';
import { scratchFolder } from '../runner/scratch.ts';
import type { GoogleCloud } from './google-cloud.ts';
import { type Command, withHosts } from './own-hosts.ts';

export type Fact = Record<string, unknown>;

export interface Outcome {
  code: number | null;
  /** The facts that the driver told. */
  facts: Fact[];
  /** Everything else it printed. */
  output: string;
}

const driver = fileURLToPath(new URL('drive.ts', import.meta.url));

/** drive.ts while it runs. */
export class Driver {
  private readonly child: ChildProcessByStdio<Writable, Readable, Readable>;
  private readonly facts: Fact[] = [];
  private readonly lines: string[] = [];
  private readonly waiting: (() => void)[] = [];
  private readonly ended: Promise<number | null>;
  private told = 0;
  private closed = false;

  /** Starts it where Google's names are the doubles', with this environment and no other. */
  constructor(cloud: GoogleCloud, args: string[], env: Record<string, string>) {
    const command: Command = [process.execPath, bundled(driver), ...args];
    const [program, ...rest] = withHosts(cloud.hosts, command);
    const own = { PATH: process.env.PATH, HOME: scratchFolder(), ...env };
    this.child = spawn(program, rest, { env: own, stdio: ['pipe', 'pipe', 'pipe'] });
    for (const stream of [this.child.stdout, this.child.stderr]) {
      createInterface({ input: stream }).on('line', (line) => this.take(line));
    }
    this.ended = new Promise((resolve) => this.child.on('close', resolve));
    this.ended.then(() => {
      this.closed = true;
      this.wake();
    });
    this.child.stdin.on('error', () => undefined);
  }

  /** The next fact; undefined when it has ended without one. */
  async next(): Promise<Fact | undefined> {
    if (this.facts.length === this.told && !this.closed) {
      await new Promise<void>((resolve) => this.waiting.push(resolve));
    }
    return this.facts[this.told++];
  }

  /** Lets it send GET <path> to the API server; the answer. */
  get(path: string): Promise<Fact | undefined> {
    this.child.stdin.write(`${path}\n`);
    return this.next();
  }

  async end(): Promise<Outcome> {
    this.child.stdin.end();
    const code = await this.ended;
    return { code, facts: this.facts, output: this.lines.join('\n') };
  }

  private take(line: string): void {
    if (line.startsWith('> ')) this.facts.push(JSON.parse(line.slice(2)));
    else this.lines.push(line);
    if (line.startsWith('> ')) this.wake();
  }

  private wake(): void {
    for (const resolve of this.waiting.splice(0)) resolve();
  }
}

/** Runs drive.ts to its end. */
export function runDriver(cloud: GoogleCloud, args: string[], env: Record<string, string>): Promise<Outcome> {
  return new Driver(cloud, args, env).end();
}
