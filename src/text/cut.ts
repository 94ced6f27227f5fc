/** Characters of a line in a log, a summary or a comment. One endless line must not push the others out. */
export const LONGEST_LINE = 4_096;

/** The sign at the end of a cut text. */
export const CUT_SIGN = '…';

/** A line of at most `longest` characters. A cut line shows its original length. */
export function cutLine(line: string, longest: number): string {
  if (line.length <= longest) return line;
  const mark = `${CUT_SIGN} (cut: ${line.length} characters)`;
  return `${beginning(line, longest - mark.length)}${mark}`;
}

/** The first characters of a text; never half of a surrogate pair. */
function beginning(text: string, characters: number): string {
  const end = Math.max(0, characters);
  const last = text.charCodeAt(end - 1);
  return text.slice(0, last >= 0xd800 && last <= 0xdbff ? end - 1 : end);
}

/** The items at both ends of a long list: a log begins with its actions and ends with its reason. */
export function bothEnds(lines: readonly string[], most: number, left: (count: number) => string): string[] {
  if (lines.length <= most) return [...lines];
  const first = Math.floor(most / 2);
  return [...lines.slice(0, first), left(lines.length - most), ...lines.slice(lines.length - (most - first))];
}
