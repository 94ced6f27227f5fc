import { type Package, packageOf } from './package.ts';
import { linesOf } from './text.ts';

/** The modules of go.sum, without those of which only go.mod was read. */
export function readGoSum(text: string): Package[] {
  return linesOf(text).flatMap((line) => {
    const [module, version = ''] = line.trim().split(/[ \t]+/);
    return version.endsWith('/go.mod') ? [] : packageOf('golang', module, version);
  });
}

/**
 * What Go wrote into a program: the version of Go, and a line for each module. A line `=>` replaces the one before, unless it is a
 * folder beside the program's own code. The module of the program itself has a version where it was installed by one.
 * @see https://pkg.go.dev/runtime/debug#BuildInfo
 */
export function readGoBuild({ go, modules }: { go: string; modules: string }): Package[] {
  const found: Package[][] = [];
  for (const line of linesOf(modules)) {
    const [kind, module, version] = line.split('\t');
    if (kind === 'dep' || (kind === 'mod' && version !== '(devel)')) found.push(packageOf('golang', module, version));
    else if (kind === '=>' && found.length > 0 && version)
      found[found.length - 1] = packageOf('golang', module, version);
  }
  return [...packageOf('golang', 'stdlib', go.replace(/^go/, '').split(' ', 1)[0]), ...found.flat()];
}
