import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { buildReferrersRegistry } from '../../../local/build/programs.ts';
import { messageOf } from '../../../src/errors.ts';
import { skipUnless } from '../google/skip.ts';

/** Starts a registry of one file of tests. */
export type StartRegistry = (...options: '--no-referrers'[]) => Promise<ReferrersRegistry>;

/**
 * A registry with the referrers API; it is built once on a machine. undefined where it cannot be built, with the reason printed.
 * @throws Error with CI=true, where nothing may be skipped
 */
export async function requireReferrersRegistry(what: string): Promise<StartRegistry | undefined> {
  const program = await buildReferrersRegistry().catch((error: unknown) => ({ reason: messageOf(error) }));
  if (typeof program === 'string') return (...options) => ReferrersRegistry.start(program, options);
  skipUnless(what, `the registry with the referrers API cannot be built: ${program.reason}`);
  return undefined;
}

/** CUE's registry in Go, in memory: it serves the referrers API, deletes tags and digests, and keeps nothing. */
export class ReferrersRegistry {
  /** host:port */
  readonly host: string;
  private readonly server: ChildProcess;

  private constructor(host: string, server: ChildProcess) {
    this.host = host;
    this.server = server;
  }

  static async start(program: string, options: readonly string[]): Promise<ReferrersRegistry> {
    const server = spawn(program, options, { stdio: ['pipe', 'pipe', 'inherit'] });
    const [host] = (await once(createInterface({ input: server.stdout }), 'line')) as [string];
    return new ReferrersRegistry(host, server);
  }

  close(): void {
    this.server.kill();
  }
}
