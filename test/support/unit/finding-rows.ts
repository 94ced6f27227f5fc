import { readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const docs = fileURLToPath(new URL('../../../docs/', import.meta.url));

/** A row of a table of docs/: an id, and the test files that its last cell links. */
export interface FindingRow {
  id: string;
  links: string[];
}

/** The rows of a page in docs/ whose first cell is such an id. */
export function findingRows(page: string, id: RegExp): FindingRow[] {
  return readFileSync(join(docs, page), 'utf8')
    .split('\n')
    .map((line) => line.split(' | ').map((cell) => cell.replace(/^\| | \|$/g, '').trim()))
    .filter(([first = '']) => id.test(first))
    .map((cells) => ({
      id: cells[0] ?? '',
      links: [...(cells.at(-1) ?? '').matchAll(/\]\(([^)]+)\)/g)].map(([, link = '']) => link),
    }));
}

/** Titles of the tests and groups in a file that a page in docs/ links; those with rows as well: `it.each([…])('…'`. */
export function titlesOf(page: string, link: string): string[] {
  const text = readFileSync(resolve(docs, dirname(page), link), 'utf8');
  return [...text.matchAll(/(?:\b(?:it|test|describe|concurrent)|\))\(\s*(['"`])((?:(?!\1).)+)\1/g)].map(
    ([, , title = '']) => title,
  );
}

/** The links of a row whose file has no test with its id in the title. */
export function linksWithoutTest(page: string, { id, links }: FindingRow): string[] {
  return links.filter((link) => !titlesOf(page, link).some((title) => new RegExp(`\\b${id}\\b`).test(title)));
}
