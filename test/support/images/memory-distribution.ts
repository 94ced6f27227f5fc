import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../../../local/machine/ports.ts';
import { which } from '../../../local/machine/which.ts';
import { systemClock } from '../../../src/adapters/clock/system-clock.ts';

const FIRST_PORT = 15_100;

/** Distribution with nothing on disk, for a file of tests that makes thousands of requests. It allows deletions. */
export async function startDistribution(): Promise<{ host: string; close(): void }> {
  const folder = mkdtempSync(join(tmpdir(), 'slipway-distribution-'));
  const port = await freePort(FIRST_PORT);
  const config = join(folder, 'registry.yml');
  const storage = 'storage: { inmemory: {}, delete: { enabled: true } }';
  const log = 'log: { level: error, accesslog: { disabled: true } }';
  writeFileSync(config, `version: 0.1\n${log}\n${storage}\nhttp: { addr: "127.0.0.1:${port}" }\n`);
  const env = { ...process.env, OTEL_TRACES_EXPORTER: 'none' };
  const server = spawn(which('docker-registry') ?? 'docker-registry', ['serve', config], { stdio: 'ignore', env });
  const host = `127.0.0.1:${port}`;
  for (let up = false; !up; await systemClock.sleep(50)) {
    up = await fetch(`http://${host}/v2/`).then(
      ({ ok }) => ok,
      () => false,
    );
  }
  return {
    host,
    close() {
      server.kill();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
