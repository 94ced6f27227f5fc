import { CLASSES, type Class } from './classify.ts';
import type { Swept } from './sweep.ts';

const cell = (text: string) => text.replaceAll('|', '\\|').replaceAll('\n', ' ');
const cut = (text: string, length: number) => (text.length > length ? `${text.slice(0, length - 1)}…` : text);

/** The results as a Markdown table, with the counts of the classes below it. */
export function table(results: readonly Swept[]): string {
  const head = ['| set | source | objects: Slipway / native | class | why | rolled out |', '|---|---|---|---|---|---|'];
  const rows = results.map(({ id, source, objects, class: name, why, real }) => {
    const rolled = real === undefined ? '' : real.words;
    return `| ${[id, source, `${objects.slipway} / ${objects.native}`, name, cut(why, 150), rolled].map(cell).join(' | ')} |`;
  });
  return [...head, ...rows, '', ...counts(results)].join('\n');
}

function counts(results: readonly Swept[]): string[] {
  return (Object.keys(CLASSES) as Class[]).map((name) => {
    return `${name}: ${results.filter((one) => one.class === name).length} (${CLASSES[name]})`;
  });
}

/** Whether no set is in a class that has to be empty. */
export function isClean(results: readonly Swept[]): boolean {
  return results.every(({ class: name, real }) => name !== 'B' && name !== 'X' && real?.held !== false);
}
