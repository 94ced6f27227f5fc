import { rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, type Metafile, type Plugin } from 'esbuild';
import { licensesOf } from './licenses.ts';

const root = dirname(dirname(fileURLToPath(import.meta.url)));

/**
 * The toolkit does nothing by being imported, but does not say so; without that, each action would load its HTTP client
 * (0.4 MB) for functions that nobody calls.
 */
const unusedMayGo: Plugin = {
  name: 'unused parts of the toolkit may go',
  setup({ onResolve, resolve }) {
    onResolve({ filter: /./, namespace: 'file' }, async ({ path, pluginData, ...options }) => {
      if (pluginData === unusedMayGo || !/node_modules\/@actions\//.test(options.importer)) return undefined;
      const found = await resolve(path, { ...options, pluginData: unusedMayGo });
      return { ...found, sideEffects: false };
    });
  },
};

/** Dependencies that are CommonJS call require() and name __dirname, which an ES module has not. */
export const MODULE_BANNER = [
  "import{createRequire as __slipwayRequire}from'node:module';",
  "import{fileURLToPath as __slipwayPath}from'node:url';",
  'const require=__slipwayRequire(import.meta.url),__filename=__slipwayPath(import.meta.url),',
  "__dirname=__slipwayPath(new URL('.',import.meta.url));",
].join('');

const OPTIONS = {
  absWorkingDir: root,
  entryPoints: { slipway: 'src/main.ts' },
  outExtension: { '.js': '.mjs' },
  chunkNames: 'chunks/[name]-[hash]',
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node20',
  minify: true,
  keepNames: true,
  metafile: true,
  legalComments: 'linked',
  banner: { js: MODULE_BANNER },
} as const;

/** What the bundle would consist of; writes nothing. */
export async function bundleOutputs(): Promise<Metafile['outputs']> {
  const { metafile } = await build({ ...OPTIONS, plugins: [unusedMayGo], outdir: join(root, 'dist'), write: false });
  return metafile.outputs;
}

/**
 * Bundles src/main.ts into dist/: one entry, and a chunk for each heavy dependency that is imported dynamically, so that
 * an action loads only what it uses.
 * @returns bytes of each file written
 */
export async function bundle(outdir = join(root, 'dist')): Promise<Map<string, number>> {
  await rm(outdir, { recursive: true, force: true });
  const result = await build({ ...OPTIONS, plugins: [unusedMayGo], outdir });
  await writeFile(join(outdir, 'licenses.txt'), licensesOf(root, Object.keys(result.metafile.inputs)));
  const sizes = new Map<string, number>();
  for (const file of Object.keys(result.metafile.outputs)) sizes.set(file, (await stat(join(root, file))).size);
  return sizes;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  for (const [file, size] of await bundle()) {
    if (size > 20_000) console.log(`${(size / 1e6).toFixed(2).padStart(6)} MB  ${file}`);
  }
}
