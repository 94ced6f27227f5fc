import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { freePort } from '../machine/ports.ts';
import { ports } from '../network.ts';
import { stateDir } from '../paths.ts';

const file = join(stateDir, 'ingress.port');

/** Chosen once for as long as the platform is up. */
export async function ingressPort(): Promise<number> {
  const chosen = Number(await readFile(file, 'utf8').catch(() => ''));
  if (chosen) return chosen;
  const port = await freePort(ports.ingress);
  await mkdir(stateDir, { recursive: true });
  await writeFile(file, String(port));
  return port;
}
