/** Bytes of the summaries of one step. @see https://docs.github.com/actions/reference/limits */
export const SUMMARY_BYTES = 1_048_576;
/** Characters of a comment on GitHub. */
export const COMMENT_CHARACTERS = 65_536;

/** How much of long parts is shown. */
export interface Detail {
  logLines: number;
  tableRows: number;
}

const STEPS: Detail[] = [
  { logLines: 2_000, tableRows: 2_000 },
  { logLines: 200, tableRows: 200 },
  { logLines: 50, tableRows: 50 },
  { logLines: 10, tableRows: 20 },
  { logLines: 0, tableRows: 0 },
];

const CUT = '\n\n… cut: this was longer than GitHub shows. The rest is in the log.\n';

/**
 * The fullest rendering that fits: first with everything, then with shorter logs and tables; when even that is too long,
 * cut at the end of a line.
 * @param limit in the unit of `size`
 */
export function fitted(render: (detail: Detail) => string, limit: number, size: (text: string) => number): string {
  let text = '';
  for (const detail of STEPS) {
    text = render(detail);
    if (size(text) <= limit) return text;
  }
  const lines = text.split('\n');
  let kept = '';
  for (const line of lines) {
    if (size(`${kept}${line}\n${CUT}`) > limit) break;
    kept += `${line}\n`;
  }
  return kept + CUT;
}

/** Length of a text in UTF-8. */
export function bytes(text: string): number {
  return Buffer.byteLength(text);
}
