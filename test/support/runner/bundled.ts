import { existsSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { buildSync } from 'esbuild';
import { MODULE_BANNER } from '../../../scripts/build.ts';
import { willRemove } from './scratch.ts';

const made = new Map<string, string>();

/**
 * A script of the tests, with all that it imports, as JavaScript that Node starts at once: compiling it anew for each process
 * takes longer than most of what these do. For a script that finds no files by its own place.
 * @param script absolute path of a .ts file
 * @returns path of the .mjs file of the same name
 */
export function bundled(script: string): string {
  const known = made.get(script);
  if (known !== undefined && existsSync(known)) return known;
  const outdir = mkdtempSync(join(tmpdir(), 'slipway-script-'));
  willRemove(outdir);
  buildSync({
    entryPoints: [script],
    outdir,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    banner: { js: MODULE_BANNER },
    logLevel: 'error',
  });
  const file = join(outdir, basename(script).replace(/\.ts$/, '.mjs'));
  made.set(script, file);
  return file;
}
