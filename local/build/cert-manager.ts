import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { buildGo } from './go.ts';
import { moduleFolder, moduleSource } from './module.ts';

/** cert-manager from its Go module: the program, and the files with the definitions of its kinds. */
export async function buildCertManager(): Promise<{ program: string; definitions: string[] }> {
  const module = moduleFolder('cert-manager');
  const folder = await buildGo(module, 'Build cert-manager', [{ name: 'cert-manager', package: '.' }]);
  const source = join(await moduleSource(module, 'github.com/cert-manager/cert-manager'), 'deploy/crds');
  const files = (await readdir(source)).filter((file) => file.endsWith('.yaml'));
  return { program: join(folder, 'cert-manager'), definitions: files.map((file) => join(source, file)) };
}
