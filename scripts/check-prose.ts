import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type CheckResult, filesOf, lineOf, read, root } from './check-lib.ts';
import { majorTag } from './workflows.ts';

/** Where a text names a version of Slipway: of an action or a workflow, or of the JSON Schema. */
const VERSIONS = [
  /slipway-deploy\/slipway(?:\/[a-z./-]*)?@(v[0-9][0-9.]*)/g,
  /slipway-deploy\/slipway\/(v[0-9]+)\/schema/g,
  /…@(v[0-9]+)/g,
];

/**
 * What the texts promise: the npm commands that Markdown files name exist, and so do the files and headings that they
 * link; a version of Slipway is that of package.json, which a release tags.
 */
export async function checkProse(): Promise<CheckResult> {
  const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };
  const problems: string[] = [];
  for (const file of filesOf('*.md')) {
    const text = read(file);
    for (const [whole, name = ''] of text.matchAll(/\bnpm run (?:--?[a-z-]+ )*([a-z][a-z:-]*)/g)) {
      if (!(name in scripts)) problems.push(`${file}:${lineOf(text, whole)}: package.json has no script "${name}"`);
    }
    for (const [whole, target = '', heading = ''] of text.matchAll(/\]\(([^)#\s]*)(?:#([^)\s]*))?\)/g)) {
      if (/^[a-z]+:/.test(target)) continue;
      const linked = target === '' ? file : join(dirname(file), target);
      if (!existsSync(join(root, linked))) {
        problems.push(`${file}:${lineOf(text, whole)}: ${target} does not exist`);
      } else if (heading !== '' && linked.endsWith('.md') && !headingsOf(read(linked)).has(heading)) {
        problems.push(`${file}:${lineOf(text, whole)}: ${linked} has no heading #${heading}`);
      }
    }
  }
  for (const file of filesOf('*.md', '*.yml', 'actions/*.sh', 'src/*.ts', 'test/fixtures/*.yml')) {
    const text = read(file);
    for (const [whole, version] of VERSIONS.flatMap((pattern) => [...text.matchAll(pattern)])) {
      if (version !== majorTag()) {
        problems.push(`${file}:${lineOf(text, whole)}: ${whole} is not of this version, which is ${majorTag()}`);
      }
    }
  }
  return { problems };
}

/** The fragments by which GitHub links the headings of a page; the second heading of the same words has `-1` at its end. */
function headingsOf(markdown: string): Set<string> {
  const found = new Map<string, number>();
  const outside = markdown.replaceAll(/^```[\s\S]*?^```/gm, '');
  for (const [, title = ''] of outside.matchAll(/^#{1,6} (.+)$/gm)) {
    const slug = title
      .toLowerCase()
      .replaceAll(/\]\([^)]*\)/g, '')
      .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
      .trim()
      .replaceAll(' ', '-');
    found.set(slug, (found.get(slug) ?? 0) + 1);
  }
  const repeated = [...found].flatMap(([slug, times]) =>
    Array.from({ length: times - 1 }, (_, index) => `${slug}-${index + 1}`),
  );
  return new Set([...found.keys(), ...repeated]);
}
