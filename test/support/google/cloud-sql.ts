import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { buildCloudSql } from '../../../local/build/programs.ts';
import { freePort } from '../../../local/machine/ports.ts';
import { network } from '../../../local/network.ts';
import { systemClock } from '../../../src/adapters/clock/system-clock.ts';
import { OciRegistry } from '../../../src/adapters/oci/registry.ts';
import { memoryLog } from '../kube/cluster.ts';
import type { TestPlatform } from '../platform.ts';

const run = promisify(execFile);

/** Whether the service account of the pods may connect. */
type Identity = 'allowed' | 'denied';

/** The connection name of the instance. */
export const INSTANCE = 'acme:europe-west1:main';

/**
 * A Cloud SQL instance in front of a real database: the double of the Admin API and of the server side (local/cloudsql), and
 * images of the real Auth Proxy that know the double by their environment.
 */
export class CloudSqlInstance {
  /** What the double has seen: requests of the Admin API, certificates, connections. */
  readonly seen: { event: string; [field: string]: unknown }[] = [];
  private readonly test: TestPlatform;
  private readonly proxy: string;
  /** Addresses of the Admin API, and of the metadata servers of two identities. */
  private readonly addresses: Record<'admin' | Identity, string>;
  private readonly process: ChildProcess;
  private readonly built: string[] = [];

  private constructor(
    test: TestPlatform,
    proxy: string,
    addresses: CloudSqlInstance['addresses'],
    process: ChildProcess,
  ) {
    this.test = test;
    this.proxy = proxy;
    this.addresses = addresses;
    this.process = process;
    if (!process.stdout) throw new Error('no output');
    createInterface({ input: process.stdout }).on('line', (line) => this.seen.push(JSON.parse(line)));
  }

  /** @param database host:port of the real one */
  static async start(test: TestPlatform, database: string): Promise<CloudSqlInstance> {
    const { proxy, double } = await buildCloudSql();
    const port = await freePort(18_300);
    const at = async (from: number) => `${network.node}:${await freePort(from)}`;
    const addresses = { admin: await at(port), allowed: await at(port + 100), denied: await at(port + 200) };
    const listening = Object.entries(addresses).flatMap(([name, address]) => [`--${name}`, address]);
    const args = [...listening, '--instance', INSTANCE, '--ip', network.node, '--database', database];
    // It ends with its standard input, and so with this process.
    const child = spawn(double, args, { stdio: ['pipe', 'pipe', 'inherit'] });
    const instance = new CloudSqlInstance(test, proxy, addresses, child);
    const answers = () =>
      fetch(`http://${addresses.admin}/`).then(
        () => true,
        () => false,
      );
    while (!(await answers())) {
      if (child.exitCode !== null) throw new Error(`cloud-sql-double ended with ${child.exitCode}`);
      await systemClock.sleep(100);
    }
    return instance;
  }

  /**
   * An image of the Auth Proxy, by digest.
   * @param identity of the pods that run it, as Workload Identity gives it to them
   */
  async image(identity: Identity): Promise<string> {
    const { platform, env } = this.test;
    const folder = mkdtempSync(join(tmpdir(), 'slipway-cloud-sql-'));
    const reference = `${platform.registry}/contract/cloud-sql-proxy:${identity}`;
    try {
      copyFileSync(this.proxy, join(folder, 'cloud-sql-proxy'));
      const settings = {
        CSQL_PROXY_SQLADMIN_API_ENDPOINT: `http://${this.addresses.admin}/`,
        GCE_METADATA_HOST: this.addresses[identity],
      };
      writeFileSync(
        join(folder, 'Dockerfile'),
        [
          `FROM ${platform.baseImages.debian}`,
          'COPY cloud-sql-proxy /cloud-sql-proxy',
          ...Object.entries(settings).map(([name, value]) => `ENV ${name}=${value}`),
          'USER 65532',
          'ENTRYPOINT ["/cloud-sql-proxy"]',
        ].join('\n'),
      );
      const options = { env: { ...process.env, ...env } };
      await run(platform.docker.bin, ['build', '--quiet', '--tag', reference, folder], options);
      this.built.push(reference);
      await run(platform.docker.bin, ['push', '--quiet', reference], options);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
    const googleAccessToken = () => Promise.reject(new Error('no Google registry is used here'));
    const registry = new OciRegistry({
      env: { ...process.env, ...env },
      clock: systemClock,
      log: memoryLog(),
      googleAccessToken,
    });
    const found = await registry.resolve(reference);
    if (!found) throw new Error(`${reference} is not in the registry after its push`);
    return `${platform.registry}/contract/cloud-sql-proxy@${found.digest}`;
  }

  async close(): Promise<void> {
    this.process.stdin?.end();
    if (this.built.length === 0) return;
    const { platform, env } = this.test;
    await run(platform.docker.bin, ['image', 'rm', '--force', ...this.built], { env: { ...process.env, ...env } });
  }
}
