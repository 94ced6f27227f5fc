import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Metafile } from 'esbuild';
import { ACTIONS } from '../src/stage-result.ts';
import { bundleOutputs } from './build.ts';

const record = join(dirname(fileURLToPath(import.meta.url)), 'entry-sizes.json');
/** Growth from which on a size is a finding. */
const MOST = 1.1;

/** Name of an action → bytes of the bundle that its start loads. */
export type EntrySizes = Record<string, number>;

/** What each action loads before its work begins: the entry of the bundle, its own chunk, and what these import. */
export async function entrySizes(): Promise<EntrySizes> {
  const outputs = await bundleOutputs();
  return Object.fromEntries(ACTIONS.map((name) => [name, sizeOf(['src/main.ts', `src/entry/${name}.ts`], outputs)]));
}

function sizeOf(entries: readonly string[], outputs: Metafile['outputs']): number {
  const files = new Set<string>();
  const load = (file: string): void => {
    if (files.has(file)) return;
    files.add(file);
    for (const { path, kind } of outputs[file]?.imports ?? [])
      if (kind === 'import-statement' && path in outputs) load(path);
  };
  for (const entry of entries) {
    const [file] = Object.entries(outputs).find(([, { entryPoint }]) => entryPoint === entry) ?? [];
    if (file === undefined) throw new Error(`the bundle has no entry ${entry}`);
    load(file);
  }
  return [...files].reduce((sum, file) => sum + (outputs[file]?.bytes ?? 0), 0);
}

export function recordedSizes(): EntrySizes {
  return JSON.parse(readFileSync(record, 'utf8')) as EntrySizes;
}

/** One problem per action whose start loads over a tenth more than is recorded, or that is not recorded. */
export function grown(sizes: EntrySizes, recorded: EntrySizes): string[] {
  return Object.entries(sizes).flatMap(([name, size]) => {
    const before = recorded[name];
    if (before !== undefined && size <= before * MOST) return [];
    const was = before === undefined ? 'is not recorded' : `was ${kilobytes(before)}`;
    return [
      `${name} loads ${kilobytes(size)} at its start, and ${was}: import what is heavy where it is used, or record it (node --import tsx scripts/entry-sizes.ts --write)`,
    ];
  });
}

function kilobytes(bytes: number): string {
  return `${Math.round(bytes / 1_000)} kB`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const sizes = await entrySizes();
  for (const [name, size] of Object.entries(sizes)) console.log(`${kilobytes(size).padStart(9)}  ${name}`);
  if (process.argv.includes('--write')) writeFileSync(record, `${JSON.stringify(sizes, undefined, 2)}\n`);
}
