import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildGo } from '../../local/build/go.ts';
import { moduleVersion } from '../../local/build/versions.ts';
import { run } from '../../local/machine/run.ts';
import { toolsDir } from '../../local/paths.ts';

/** Paths of the programs that are measured beside ours, and what each says it is. */
export interface Peers {
  kubectl: string;
  helm: string;
  kapp: string;
  versions: Record<'kubectl' | 'helm' | 'kapp', string>;
}

/** kubectl and Helm are the local platform's own; kapp is built once, from the Go module beside this file. */
export async function buildPeers(): Promise<Peers> {
  const module = fileURLToPath(new URL('kapp', import.meta.url));
  const version = moduleVersion(await readFile(join(module, 'go.mod'), 'utf8'), 'carvel.dev/kapp');
  const folder = await buildGo(module, 'Build kapp', [{ name: 'kapp', package: 'carvel.dev/kapp/cmd/kapp' }]);
  const kubectl = join(toolsDir, 'kubectl');
  const helm = join(toolsDir, 'helm');
  const { stdout } = await run(kubectl, ['version', '--client', '--output=json']);
  const client = JSON.parse(stdout) as { clientVersion: { gitVersion: string } };
  return {
    kubectl,
    helm,
    kapp: join(folder, 'kapp'),
    versions: {
      kubectl: client.clientVersion.gitVersion,
      helm: (await run(helm, ['version', '--template={{.Version}}'])).stdout.trim(),
      kapp: version,
    },
  };
}
