import { isPackage, type Package } from './package.ts';

/** The modules of go.sum, without those of which only go.mod was read. */
export function readGoSum(text: string): Package[] {
  return text.split('\n').flatMap((line) => {
    const [module = '', version = ''] = line.split(' ');
    return version.endsWith('/go.mod') ? [] : golang(module, version);
  });
}

/**
 * What Go wrote into a program: the version of Go, and a line for each module. A line `=>` replaces the one before.
 * @see https://pkg.go.dev/runtime/debug#BuildInfo
 */
export function readGoBuild({ go, modules }: { go: string; modules: string }): Package[] {
  const found: Package[][] = [];
  for (const line of modules.split('\n')) {
    const [kind, module = '', version = ''] = line.split('\t');
    if (kind === 'dep') found.push(golang(module, version));
    else if (kind === '=>' && found.length > 0) found[found.length - 1] = golang(module, version);
  }
  return [...golang('stdlib', go.replace(/^go/, '').split(' ', 1)[0] ?? ''), ...found.flat()];
}

function golang(name: string, version: string): Package[] {
  return isPackage(name, version) ? [{ type: 'golang', name, version }] : [];
}
