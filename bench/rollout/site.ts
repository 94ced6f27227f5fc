import { execFileSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { KubeObject } from '../../src/ports.ts';
import { yamlOf } from '../../test/support/yaml.ts';

/** The folder and namespace that one tool works in: the same objects in the form that each of them takes. */
export interface Site {
  namespace: string;
  /** Checkout with slipway.yml and a commit; `k8s/` holds the objects, `chart/` the same as a chart. */
  folder: string;
  /** HOME of the tool. */
  home: string;
  kubeconfig: string;
  commit: string;
  write(objects: readonly KubeObject[]): Promise<void>;
  remove(): Promise<void>;
}

/** A run that fails leaves no kubeconfig behind either. */
const bases = new Set<string>();
process.once('exit', () => {
  for (const base of bases) rmSync(base, { recursive: true, force: true });
});

/** @param repository of the image, as slipway.yml has it */
export async function makeSite(namespace: string, repository: string, kubeconfig: string): Promise<Site> {
  const base = await mkdtemp(join(tmpdir(), 'slipway-bench-'));
  bases.add(base);
  const [folder, home] = [join(base, 'checkout'), join(base, 'home')];
  for (const made of ['k8s', 'chart/templates']) await mkdir(join(folder, made), { recursive: true });
  await mkdir(home);
  const files: Record<string, string> = {
    'slipway.yml': yamlOf({
      app: 'bench',
      image: { repository },
      deploy: { manifests: 'k8s' },
      environments: { staging: { namespace } },
    }),
    'chart/Chart.yaml': yamlOf({ apiVersion: 'v2', name: 'bench', version: '1.0.0' }),
    '../event.json': JSON.stringify({
      ref: 'refs/heads/main',
      repository: { id: 1, full_name: 'acme/bench', default_branch: 'main' },
    }),
    '../output': '',
    '../summary': '',
  };
  for (const [file, text] of Object.entries(files)) await writeFile(join(folder, file), text);
  return {
    namespace,
    folder,
    home,
    kubeconfig,
    commit: commitAll(folder),
    async write(objects) {
      const text = objects.map((object) => yamlOf(object)).join('---\n');
      await Promise.all(['k8s', 'chart/templates'].map((where) => writeFile(join(folder, where, 'app.yaml'), text)));
    },
    remove: () => rm(base, { recursive: true, force: true }),
  };
}

function commitAll(folder: string): string {
  const git = (...args: string[]) => execFileSync('git', args, { cwd: folder, encoding: 'utf8' }).trim();
  git('init', '--quiet', '--initial-branch=main');
  git('add', '--all');
  git('-c', 'user.name=bench', '-c', 'user.email=bench@example.com', 'commit', '--quiet', '--message=bench');
  return git('rev-parse', 'HEAD');
}
