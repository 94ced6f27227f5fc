import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isRunning, start, untilReady } from '../machine/daemon.ts';
import { freePort } from '../machine/ports.ts';
import { which } from '../machine/which.ts';
import { ports } from '../network.ts';
import { cacheDir, stateDir } from '../paths.ts';

const portFile = join(stateDir, 'registry.port');

/** The registry, on this machine's own address only; returns host:port. */
export async function startRegistry(): Promise<string> {
  const port = await registryPort();
  const config = join(stateDir, 'registry.yml');
  await mkdir(stateDir, { recursive: true });
  await writeFile(config, registryConfig(port, join(cacheDir, 'registry')));
  const program = which('docker-registry') ?? 'docker-registry';
  await start({ name: 'registry', program, args: ['serve', config], env: { OTEL_TRACES_EXPORTER: 'none' } });
  const host = `localhost:${port}`;
  await untilReady('registry', () =>
    fetch(`http://${host}/v2/`).then(
      (answer) => answer.ok,
      () => false,
    ),
  );
  return host;
}

async function registryPort(): Promise<number> {
  if (isRunning('registry') && existsSync(portFile)) return Number(await readFile(portFile, 'utf8'));
  const port = await freePort(ports.registry);
  await mkdir(stateDir, { recursive: true });
  await writeFile(portFile, String(port));
  return port;
}

export function registryConfig(port: number, folder: string): string {
  return `version: 0.1
log: { level: warn, accesslog: { disabled: true } }
storage:
  filesystem: { rootdirectory: ${JSON.stringify(folder)} }
  delete: { enabled: true }
  cache: { blobdescriptor: inmemory }
http: { addr: "127.0.0.1:${port}" }
`;
}

const manifestTypes = [
  'application/vnd.docker.distribution.manifest.v2+json',
  'application/vnd.oci.image.manifest.v1+json',
  'application/vnd.docker.distribution.manifest.list.v2+json',
  'application/vnd.oci.image.index.v1+json',
].join(', ');

/** The digest that the registry has for a tag; undefined where it has none. */
export async function digestOf(registry: string, repository: string, tag: string): Promise<string | undefined> {
  const url = `http://${registry}/v2/${repository}/manifests/${tag}`;
  const answer = await fetch(url, { method: 'HEAD', headers: { Accept: manifestTypes } });
  return answer.ok ? (answer.headers.get('docker-content-digest') ?? undefined) : undefined;
}
