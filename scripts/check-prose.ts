import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type CheckResult, filesOf, lineOf, read, root } from './check-lib.ts';

/** What the Markdown files promise: the npm commands that they name exist, and so do the files that they link. */
export async function checkProse(): Promise<CheckResult> {
  const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };
  const problems: string[] = [];
  for (const file of filesOf('*.md')) {
    const text = read(file);
    for (const [whole, name = ''] of text.matchAll(/\bnpm run (?:--?[a-z-]+ )*([a-z][a-z:-]*)/g)) {
      if (!(name in scripts)) problems.push(`${file}:${lineOf(text, whole)}: package.json has no script "${name}"`);
    }
    for (const [whole, target = ''] of text.matchAll(/\]\(([^)#\s]+)(?:#[^)]*)?\)/g)) {
      if (/^[a-z]+:/.test(target)) continue;
      if (!existsSync(join(root, dirname(file), target))) {
        problems.push(`${file}:${lineOf(text, whole)}: ${target} does not exist`);
      }
    }
  }
  return { problems };
}
