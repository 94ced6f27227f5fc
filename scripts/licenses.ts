import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

interface Package {
  name: string;
  version: string;
  license?: string;
}

/** Folder of the package that a bundled file belongs to; undefined for our own files. */
function packageFolder(input: string): string | undefined {
  return /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(input)?.[1];
}

/**
 * The licenses of everything that was bundled, which those licenses ask us to hand on.
 * @param root absolute folder that the inputs are relative to
 * @param inputs files of the bundle, as esbuild's metafile names them
 */
export function licensesOf(root: string, inputs: string[]): string {
  const folders = [...new Set(inputs.map(packageFolder).filter((folder) => folder !== undefined))].sort();
  const texts = folders.map((folder) => {
    const {
      name,
      version,
      license = 'unknown',
    } = JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8')) as Package;
    const files = readdirSync(join(root, folder))
      .filter((file) => /^(licen[cs]e|notice|copying)/i.test(file))
      .sort();
    const text = files.map((file) => readFileSync(join(root, folder, file), 'utf8').trim()).join('\n\n');
    return `${name} ${version} (${license})\n\n${text || 'The package holds no text of its license.'}\n`;
  });
  return `dist/ holds code of these packages.\n\n${texts.join(`\n${'-'.repeat(80)}\n\n`)}`;
}
