/** Bytes of the summaries of one step. @see https://docs.github.com/actions/reference/limits */
export const SUMMARY_BYTES = 1_048_576;
/** Characters of a comment on GitHub. */
export const COMMENT_CHARACTERS = 65_536;

/** How much of long parts is shown. */
export interface Detail {
  logLines: number;
  tableRows: number;
  /** Characters of a line in a block of code. */
  lineCharacters: number;
}

const STEPS: Detail[] = [
  { logLines: 2_000, tableRows: 2_000, lineCharacters: 4_096 },
  { logLines: 200, tableRows: 200, lineCharacters: 1_000 },
  { logLines: 50, tableRows: 50, lineCharacters: 500 },
  { logLines: 10, tableRows: 20, lineCharacters: 200 },
  { logLines: 0, tableRows: 0, lineCharacters: 200 },
];

const CUT = '\n\n… cut: this is longer than GitHub shows. The rest is in the log.\n';

/**
 * The fullest rendering that fits: first with everything, then with shorter logs, tables and lines. The last resort is a
 * cut at the end of a line, after which every fence and every fold is closed.
 * @param limit in the unit of `size`
 * @param size grows with the text: the size of two texts together is the sum of theirs
 */
export function fitted(render: (detail: Detail) => string, limit: number, size: (text: string) => number): string {
  let text = '';
  for (const detail of STEPS) {
    text = render(detail);
    if (size(text) <= limit) return text;
  }
  return cutAtLine(text, limit, size);
}

function cutAtLine(text: string, limit: number, size: (text: string) => number): string {
  const open = new OpenParts();
  let kept = 0;
  let room = limit - size(CUT);
  let closing = '';
  for (let at = 0; at < text.length; ) {
    const end = text.indexOf('\n', at) + 1 || text.length;
    const line = text.slice(at, end);
    open.read(line.trimEnd());
    room -= size(line);
    if (room < size(open.closing())) break;
    [kept, closing, at] = [end, open.closing(), end];
  }
  return `${text.slice(0, kept)}${closing}${CUT}`;
}

/** What is open at the end of a line of Markdown: a fence of code, folds. */
class OpenParts {
  private fence = '';
  private folds = 0;

  read(line: string): void {
    const run = /^`{3,}/.exec(line)?.[0] ?? '';
    if (this.fence === '') {
      this.fence = run;
      if (line.startsWith('<details')) this.folds++;
      if (line === '</details>') this.folds--;
    } else if (run.length >= this.fence.length && run === line) {
      this.fence = '';
    }
  }

  closing(): string {
    return `${this.fence === '' ? '' : `${this.fence}\n`}${'\n</details>\n'.repeat(Math.max(0, this.folds))}`;
  }
}

/** Length of a text in UTF-8. */
export function bytes(text: string): number {
  return Buffer.byteLength(text);
}
