import type { SummaryBlock } from '../stage-result.ts';
import type { Detail } from './limits.ts';
import { codeBlock, definitions, folded, html, inline, paragraph, table } from './markdown.ts';
import { value, valueHtml } from './value.ts';

/** One block of a stage as Markdown; an empty text where there is nothing to show. */
export function renderBlock(block: SummaryBlock, detail: Detail): string {
  switch (block.kind) {
    case 'facts':
      return facts(block.rows);
    case 'table':
      return rows(block, detail.tableRows);
    case 'log':
      return log(block, detail);
    case 'diagram':
      return `**${inline(block.title)}**\n\n${codeBlock(block.lines, { language: 'mermaid', longest: Number.POSITIVE_INFINITY })}`;
    case 'text':
      return paragraph(block.text);
  }
}

function facts(entries: readonly [string, string][]): string {
  const known = entries.filter(([, text]) => text !== '');
  return known.length === 0 ? '' : definitions(known.map(([name, text]) => [html(name), valueHtml(text)]));
}

function rows(block: Extract<SummaryBlock, { kind: 'table' }>, max: number): string {
  // A column without a value in any row carries no information.
  const columns = [...block.header.keys()].filter((column) => block.rows.some((row) => (row[column] ?? '') !== ''));
  const shown = block.rows.slice(0, max).map((row) => columns.map((column) => value(row[column] ?? '')));
  const title = block.title ? `**${inline(block.title)}**\n\n` : '';
  const more = block.rows.length - shown.length;
  const rest = more > 0 ? `\n\n… and ${more} more` : '';
  return `${title}${table(
    columns.map((column) => inline(block.header[column] ?? '')),
    shown,
  )}${rest}`;
}

/** Shows the last lines: they hold the reason of a failure. */
function log(
  { title, lines, open = false }: Extract<SummaryBlock, { kind: 'log' }>,
  { logLines, lineCharacters }: Detail,
): string {
  const shown = logLines === 0 ? [] : lines.slice(-logLines);
  if (shown.length === 0) return '';
  const cut = lines.length - shown.length;
  return folded(
    cut > 0 ? `${title} (last ${shown.length} of ${lines.length} lines)` : title,
    codeBlock(shown, { longest: lineCharacters }),
    open,
  );
}
