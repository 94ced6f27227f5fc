import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { platformEnv } from '../../local/platform.ts';
import type { Platform } from '../../local/types.ts';
import { systemClock } from '../../src/adapters/clock/system-clock.ts';
import { readKubeconfig } from '../../src/adapters/kube/kubeconfig.ts';
import { openKube } from '../../src/adapters/kube/open.ts';
import { parseConfig } from '../../src/config/load.ts';
import { planDatabase } from '../../src/plan/review/database/database.ts';
import { withMode } from '../../src/plan/review/database/shared-server/server.ts';
import type { OnServer } from '../../src/plan/review/database/shared-server/server-objects.ts';
import type { Cluster, Log } from '../../src/ports.ts';
import type { Site as StageSite } from '../../src/stages/site.ts';

const run = promisify(execFile);

/** Whose databases the benchmark makes: a repository that does not exist. */
export const REPOSITORY_ID = 3_999_999_999;
export const SERVER_NAMESPACE = 'slipway-bench-databases';

const silent = () => undefined;
const log: Log = {
  info: silent,
  warning: (message) => console.error(message),
  debug: silent,
  output: silent,
  group: (_title, work) => work(),
  progress: (_title, work) => work(),
  mask: silent,
};

/** The cluster, the shared server in it, and SQL there. */
export class Site {
  readonly cluster: Cluster;
  /** What the stages get to work with. */
  readonly stage: StageSite;
  readonly platform: Platform;
  private readonly cancel = new AbortController();

  constructor(platform: Platform) {
    this.platform = platform;
    const connection = readKubeconfig(platform.kubeconfig, platform.context);
    const { signal } = this.cancel;
    this.cluster = openKube({ connection, clock: systemClock, log, signal });
    this.stage = { cluster: this.cluster, clock: systemClock, log, signal };
  }

  /** The database of a pull request as a plan has it. */
  database(number: number, mode: 'shared' | 'isolated'): OnServer {
    const image = `${this.platform.registry}/library/postgres:15`;
    const more = mode === 'shared' ? `, mode: shared, server: { namespace: ${SERVER_NAMESPACE} }` : ', storage: 5Gi';
    const text = `app: bench\nimage: { repository: r.example/bench }\nreview: { database: { image: "${image}"${more} } }`;
    const config = parseConfig(text, 'slipway.yml').review?.database;
    if (config === undefined) throw new Error('no database');
    const owner = { app: 'bench', repositoryId: REPOSITORY_ID, number };
    return withMode(planDatabase(config, 'bench', 'baseline'), config, owner) as OnServer;
  }

  /** A shell line in the server's pod, as its administrator; resolves to what it prints. */
  async inServer(line: string, env: Record<string, string> = {}): Promise<string> {
    const { kubeconfig, context, tools } = this.platform;
    const at = ['--kubeconfig', kubeconfig, '--context', context, '--namespace', SERVER_NAMESPACE];
    const variables = Object.entries(env).map(([name, value]) => `${name}=${value}`);
    const script = `export PGHOST="$HOSTNAME" PGUSER="$POSTGRES_USER" PGPASSWORD="$POSTGRES_PASSWORD" PGDATABASE=postgres\n${line}`;
    const args = [...at, 'exec', 'postgres-15-0', '--', 'env', ...variables, 'sh', '-euc', script];
    const options = { env: { HOME: process.env.HOME, ...platformEnv(this.platform) }, maxBuffer: 2 ** 24 };
    return (await run(join(tools.dir, 'kubectl'), args, options)).stdout.trim();
  }

  async remove(namespaces: readonly string[]): Promise<void> {
    for (const name of namespaces) await this.cluster.delete({ apiVersion: 'v1', kind: 'Namespace', name });
  }
}
