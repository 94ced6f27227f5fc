import { neutralise, neutraliseLine } from '../text/neutralise.ts';

/**
 * GitHub-flavoured Markdown from plain text. Nothing that comes in can become markup, a mention or a formula.
 * @see https://github.github.com/gfm/
 */

const URL = /https?:\/\/[^\s<>"'`|\\()[\]{}]+/g;

/** Inline text: on one line, every character shown as it is; web addresses become links. */
export function inline(text: string): string {
  const line = neutralise(text).join(' ');
  let rendered = '';
  let end = 0;
  for (const match of line.matchAll(URL)) {
    const url = match[0].replace(/[.,;:!?*_~]+$/, '');
    rendered += `${escapeInline(line.slice(end, match.index))}<${url}>`;
    end = match.index + url.length;
  }
  return rendered + escapeInline(line.slice(end));
}

function escapeInline(text: string): string {
  return (
    text
      .replace(/[\\`*_[\]<>|~&!]/g, (character) => (character === '&' ? '&amp;' : `\\${character}`))
      // GitHub looks for mentions and formulas in the rendered text, where escapes are gone: only markup separates.
      .replace(/@/g, '@<!-- -->')
      .replace(/\$/g, '<span>$</span>')
  );
}

/** A paragraph: as `inline`, line by line; nothing at the beginning of a line becomes a list, heading or rule. */
export function paragraph(text: string): string {
  return neutralise(text)
    .map((line) => inline(line.trimStart()).replace(/^(#|\+|-|=|\d+(?=[.)]))/, startOfLine))
    .join('  \n');
}

/** `1.` and `#` begin a list or a heading; a digit cannot be escaped, the sign after it can. */
function startOfLine(start: string): string {
  return /^\d/.test(start) ? `${start}\u200b` : `\\${start}`;
}

/** Inline code that holds any text, backticks included; `|` is escaped, as tables demand it. */
export function code(text: string): string {
  const line = neutralise(text).join(' ');
  if (line.trim() === '') return '';
  const runs = line.match(/`+/g) ?? [];
  const fence = '`'.repeat(1 + Math.max(0, ...runs.map((run) => run.length)));
  const pad = line.startsWith('`') || line.endsWith('`') ? ' ' : '';
  return `${fence}${pad}${line.replaceAll('|', '\\|')}${pad}${fence}`;
}

/** A block of lines as they are. */
export function codeBlock(lines: readonly string[], language = 'text'): string {
  const plain = lines.flatMap((line) => neutralise(line));
  const runs = plain.flatMap((line) => line.match(/`{3,}/g) ?? []);
  const fence = '`'.repeat(Math.max(3, ...runs.map((run) => run.length + 1)));
  return `${fence}${language}\n${plain.join('\n')}\n${fence}`;
}

/** Text inside of HTML. */
export function html(text: string): string {
  return neutraliseLine(text.replace(/\s+/g, ' '))
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll('@', '@<!-- -->');
}

/** A table; cells are Markdown already. */
export function table(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [line(header), line(header.map(() => '---')), ...rows.map(line)].join('\n');
}

/** Folded text; the body is Markdown already. */
export function folded(title: string, body: string): string {
  return `<details>\n<summary>${html(title)}</summary>\n\n${body}\n\n</details>`;
}
