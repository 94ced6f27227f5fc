import { cutLine, LONGEST_LINE } from '../text/cut.ts';
import { neutralise, neutraliseLine } from '../text/neutralise.ts';

/**
 * GitHub-flavoured Markdown from plain text. No input can become markup, a mention or a formula.
 * @see https://github.github.com/gfm/
 */

const URL = /https?:\/\/[^\s<>"'`|\\()[\]{}]+/gi;

/** Inline text: on one line, every character shown as it is; web addresses become links. */
export function inline(text: string): string {
  const line = neutralise(text).join(' ');
  let rendered = '';
  let end = 0;
  for (const match of line.matchAll(URL)) {
    const url = withoutEnd(match[0]);
    rendered += `${escapeInline(line.slice(end, match.index))}<${url}>`;
    end = match.index + url.length;
  }
  return rendered + escapeInline(line.slice(end));
}

/** Signs that end a sentence and no address. A loop: a regular expression is quadratic in them. */
const SENTENCE_END = '.,;:!?*_~';

function withoutEnd(url: string): string {
  let end = url.length;
  while (end > 0 && SENTENCE_END.includes(url[end - 1] ?? '')) end--;
  return url.slice(0, end);
}

/** A sentence of Slipway: as `inline`, with text between backticks as code. */
export function prose(text: string): string {
  return neutralise(text)
    .join(' ')
    .split(/(`[^`]+`)/)
    .map((part, index) => (index % 2 === 1 ? code(part.slice(1, -1)) : inline(part)))
    .join('');
}

function escapeInline(text: string): string {
  return (
    text
      .replace(/[\\`*_[\]<>|~&!]/g, (character) => (character === '&' ? '&amp;' : `\\${character}`))
      // Addresses that are not whole web addresses must not become links that swallow the escapes behind them.
      .replace(/:\/\//g, ':\\//')
      .replace(/www\./gi, (www) => www.replace('.', '\\.'))
      // GitHub finds mentions and formulas in the rendered text, which has no escapes: only markup separates.
      .replace(/@/g, '@<!-- -->')
      .replace(/\$/g, '<span>$</span>')
  );
}

/** Paragraphs: as `prose`, line by line. No start of a line becomes a list, a heading, a rule or the second line of a table. */
export function paragraph(text: string): string {
  return neutralise(text)
    .map((line) => prose(line.trimStart()).replace(/^(#|\+|-|=|:(?=-)|\d+(?=[.)]))/, startOfLine))
    .join('  \n');
}

/** `1.` and `#` begin a list or a heading; a digit cannot be escaped, the sign after it can. */
function startOfLine(start: string): string {
  return /^\d/.test(start) ? `${start}\u200b` : `\\${start}`;
}

/**
 * Inline code that holds any text, in tables too. Between backticks nothing can be escaped, and a table is cut at `|` before
 * anything else is read; and Slipway finds its marks by HTML comments. Where the text has such signs it becomes HTML, with
 * entities, which never are markup.
 */
export function code(text: string): string {
  const line = neutralise(text).join(' ');
  if (line.trim() === '') return '';
  if (!/[`|\\]|<!--/.test(line)) return `\`${line}\``;
  return `<code>${entities(line)}</code>`;
}

/** As `code`, and it may be broken behind its signs: one long name would make a table wider than the page. */
export function breakableCode(text: string): string {
  return `<code>${breakable(neutralise(text).join(' '), entities)}</code>`;
}

/** Code in HTML; a long name may be broken behind its signs. */
export function codeHtml(text: string): string {
  return `<code>${text.length > LONG && !text.includes(' ') ? breakable(text, html) : html(text)}</code>`;
}

/** Characters that make a column too wide, if they cannot be broken. */
export const LONG = 24;

function breakable(text: string, render: (part: string) => string): string {
  return text
    .split(/(?<=[./@:,\]])(?=[^./@:,\]])/)
    .map(render)
    .join('<wbr>');
}

/** An entity never is markup. */
function entities(text: string): string {
  return text.replace(/[!-/:-@[-`{-~]/g, (sign) => `&#${sign.charCodeAt(0)};`);
}

/**
 * A block of code with these lines. A line may come from a pod, so no line keeps an HTML comment: Slipway identifies its
 * comments and their sections by HTML comments.
 * @param longest characters of a line; a longer one is cut
 */
export function codeBlock(lines: readonly string[], { language = 'text', longest = LONGEST_LINE } = {}): string {
  const plain = lines.flatMap(neutralise).map((line) => cutLine(line, longest).replaceAll('<!--', '<!\u200b--'));
  const fence = '`'.repeat(plain.reduce((most, line) => Math.max(most, longestRun(line) + 1), 3));
  return `${fence}${language}\n${plain.join('\n')}\n${fence}`;
}

/** Length of the longest run of backticks. */
function longestRun(line: string): number {
  let [longest, run] = [0, 0];
  for (const character of line) {
    run = character === '`' ? run + 1 : 0;
    longest = Math.max(longest, run);
  }
  return longest;
}

/** Text inside of HTML. */
export function html(text: string): string {
  return neutraliseLine(text.replace(/\s+/g, ' '))
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll('@', '@<!-- -->')
    .replaceAll('$', '<span>$</span>');
}

/** A digest in full is wider than a page, and than any phone: its beginning names it. */
export function shortDigests(text: string): string {
  return text.replace(/\b(sha256:[0-9a-f]{12})[0-9a-f]{52}\b/g, '$1…');
}

/** Names and values in two columns; GitHub's own tables always have a header. Cells are HTML. */
export function definitions(rows: readonly (readonly [name: string, value: string])[]): string {
  const lines = rows.map(([name, value]) => `<tr><th align="left">${name}</th><td>${value}</td></tr>`);
  return ['<table>', ...lines, '</table>'].join('\n');
}

/** A table; cells are Markdown already. */
export function table(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [line(header), line(header.map(() => '---')), ...rows.map(line)].join('\n');
}

/** Text that can be folded; the body is Markdown already. */
export function folded(title: string, body: string, open = false): string {
  return `<details${open ? ' open' : ''}>\n<summary>${html(title)}</summary>\n\n${body}\n\n</details>`;
}
