import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { ensureBridge, removeLink } from '../../local/machine/links.ts';
import { which } from '../../local/machine/which.ts';
import { type Platform, platformEnv } from '../../local/platform.ts';

/** Milliseconds until an engine answers. */
const ANSWERS_MS = 60_000;
const LINK = 'slipway-bench';
const ADDRESS = '10.89.250.1/24';

/**
 * A Docker engine for the benchmark alone, in place of the one of a fresh runner: `empty` takes away what it has.
 */
export class OwnEngine {
  readonly env: Record<string, string>;
  private readonly folder: string;
  private readonly daemon: ChildProcess;

  private constructor(folder: string, daemon: ChildProcess, env: Record<string, string>) {
    this.folder = folder;
    this.daemon = daemon;
    this.env = env;
  }

  static async start(platform: Platform): Promise<OwnEngine> {
    const dockerd = which('dockerd');
    if (platform.source !== 'built' || dockerd === undefined)
      throw new Error('the benchmark starts an engine of its own: it needs the built platform, dockerd and root');
    await ensureBridge(LINK, ADDRESS);
    const folder = await mkdtemp(join(tmpdir(), 'slipway-bench-engine-'));
    const config = join(folder, 'dockerd.json');
    await writeFile(config, '{}\n');
    const host = `unix://${join(folder, 'docker.sock')}`;
    const daemon = spawn(dockerd, argumentsOf(folder, host, config), { stdio: ['ignore', 'pipe', 'pipe'] });
    const log = createWriteStream(join(folder, 'dockerd.log'));
    for (const stream of [daemon.stdout, daemon.stderr]) stream?.pipe(log, { end: false });
    process.once('exit', () => daemon.kill('SIGKILL'));
    const own = Object.entries(platformEnv(platform)).filter(
      (entry): entry is [string, string] => entry[1] !== undefined,
    );
    const docker = join(folder, 'docker-config');
    await mkdir(docker);
    // The builder writes beside its configuration.
    if (platform.docker.configDir) await cp(platform.docker.configDir, docker, { recursive: true });
    const env = { ...Object.fromEntries(own), DOCKER_HOST: host, DOCKER_CONFIG: docker };
    const engine = new OwnEngine(folder, daemon, env);
    await engine.answers();
    return engine;
  }

  docker(...args: string[]): string {
    return execFileSync('docker', args, { env: this.env, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
  }

  /** Takes away all images and the cache of the builder. */
  empty(): void {
    this.docker('image', 'prune', '--all', '--force');
    const ids = this.docker('image', 'ls', '--all', '--quiet').split('\n').filter(Boolean);
    if (ids.length > 0) this.docker('image', 'rm', '--force', ...new Set(ids));
    this.docker('builder', 'prune', '--all', '--force');
    const left = this.docker('image', 'ls', '--all', '--quiet').trim();
    if (left !== '') throw new Error(`the engine still has images: ${left}`);
  }

  async stop(): Promise<void> {
    const ended = new Promise((resolve) => this.daemon.once('exit', resolve));
    this.daemon.kill('SIGTERM');
    await ended;
    await rm(this.folder, { recursive: true, force: true });
    await removeLink(LINK);
  }

  private async answers(): Promise<void> {
    for (const until = Date.now() + ANSWERS_MS; ; await sleep(200)) {
      try {
        this.docker('version');
        return;
      } catch (error) {
        if (this.daemon.exitCode !== null || Date.now() > until) throw error;
      }
    }
  }
}

/** A bridge of its own without a way out: no step of the application needs the network, and nothing of this machine's changes. */
function argumentsOf(folder: string, host: string, config: string): string[] {
  return [
    ...[`--host=${host}`, `--config-file=${config}`, `--bridge=${LINK}`, '--iptables=false', '--ip6tables=false'],
    ...[`--data-root=${join(folder, 'data')}`, `--exec-root=${join(folder, 'exec')}`],
    ...[`--pidfile=${join(folder, 'docker.pid')}`, '--cgroup-parent=/slipway-bench', '--shutdown-timeout=2'],
  ];
}
