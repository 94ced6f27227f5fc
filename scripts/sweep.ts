import { writeFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { parseArgs } from 'node:util';
import { ensurePlatform, platformEnv } from '../local/platform.ts';
import type { SweepOptions } from './sweep/options.ts';
import { isClean, table } from './sweep/report.ts';
import { type Swept, sweep } from './sweep/sweep.ts';
import { findSets } from './sweep/sweep-set.ts';

/**
 * `npm run sweep -- [options] <folder>…`: how Slipway treats other people's charts, kustomizations and manifests, in comparison
 * with `helm` and `kubectl`. docs/compatibility.md describes the classes. Ends with 1 if a set is in class B or X.
 */
const USAGE =
  'npm run sweep -- [--only name,…] [--json file] [--real [--image repository@sha256:…]…] <folder of a set, or of sets>…';

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      only: { type: 'string' },
      json: { type: 'string' },
      real: { type: 'boolean', default: false },
      image: { type: 'string', multiple: true, default: [] },
    },
  });
  if (positionals.length === 0) {
    console.error(`usage: ${USAGE}`);
    return 1;
  }
  const only = values.only?.split(',');
  const sets = (await findSets(positionals)).filter((set) => only?.includes(basename(set)) ?? true);
  const options = { ...(await clusterOptions()), real: values.real, images: values.image };
  const results: Swept[] = [];
  for (const [index, folder] of sets.entries()) {
    console.error(`${index + 1} of ${sets.length}: ${basename(folder)}`);
    const swept = await sweep(folder, options).catch((error: unknown) => notSwept(folder, error));
    console.error(`  ${swept.class}${swept.why === '' ? '' : `: ${swept.why}`}`);
    results.push(swept);
  }
  console.log(table(results));
  if (values.json !== undefined) await writeFile(values.json, `${JSON.stringify(results, bigints, 2)}\n`);
  return isClean(results) ? 0 : 1;
}

/** A set that cannot be opened is a result as well: the others are still compared. */
function notSwept(folder: string, error: unknown): Swept {
  const why = error instanceof Error ? error.message : String(error);
  const none = { accepted: false, words: [why], ms: 0 };
  return {
    ...{ id: basename(folder), source: 'manifests', class: 'X', why, objects: { native: 0, slipway: 0 } },
    ...{ native: none, slipway: { ...none, remedy: '', warnings: [] }, differences: [] },
  };
}

const bigints = (_: string, value: unknown) => (typeof value === 'bigint' ? String(value) : value);

/** The cluster of KUBECONFIG, otherwise the local platform, which is brought up if it is not. */
async function clusterOptions(): Promise<Omit<SweepOptions, 'real'>> {
  const { KUBECONFIG: own, PATH, HOME } = process.env;
  if (own) return { kubeconfig: own, env: { PATH, HOME } };
  const platform = await ensurePlatform();
  return { kubeconfig: platform.kubeconfig, env: { HOME, ...platformEnv(platform) } };
}

main().then(
  (code) => process.exit(code),
  (error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exit(1);
  },
);
