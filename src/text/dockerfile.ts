/** One instruction of a Dockerfile: the line it begins on (from 1), and its text with continued lines joined. */
export interface Instruction {
  line: number;
  text: string;
  /** The lines of its here-documents, without their ends. */
  here?: readonly string[] | undefined;
}

/**
 * The instructions of a Dockerfile, as BuildKit's messages quote them: continuations joined, comments and blank lines left
 * out, white space as one space. Here-documents stay with their instruction.
 * @see https://docs.docker.com/reference/dockerfile/#format
 */
export function instructionsOf(dockerfile: string): Instruction[] {
  const lines = dockerfile.split(/\r?\n/);
  const continuation = escapeOf(lines);
  const instructions: Instruction[] = [];
  for (let at = 0; at < lines.length; at++) {
    const line = lines[at] ?? '';
    if (isNothing(line)) continue;
    const start = at;
    let text = '';
    for (; at < lines.length; at++) {
      const part = lines[at] ?? '';
      if (at > start && isNothing(part)) continue;
      // Two of them are one that counts for itself.
      const end = part.trimEnd();
      const continued = end.endsWith(continuation) && !end.endsWith(continuation.repeat(2));
      text += ` ${continued ? end.slice(0, -1) : part}`;
      if (!continued) break;
    }
    const end = endOfHereDocuments(lines, at, text);
    const here = end > at ? { here: lines.slice(at + 1, end) } : {};
    instructions.push({ line: start + 1, text: oneLine(text), ...here });
    at = end;
  }
  return instructions;
}

/** Directives stand before everything else; a comment of the same form further down is none. */
function escapeOf(lines: readonly string[]): string {
  for (const line of lines) {
    const [, name, value] = /^#\s*([a-z]\w{0,50})\s*=\s*(\S{1,500})\s*$/i.exec(line.slice(0, 1_000)) ?? [];
    if (name === undefined) return '\\';
    if (name.toLowerCase() === 'escape') return value === '`' ? '`' : '\\';
  }
  return '\\';
}

/** The first line of the instruction that BuildKit quotes; undefined when it is not found in the Dockerfile. */
export function lineOf(dockerfile: string, quoted: string): number | undefined {
  const wanted = oneLine(quoted).toLowerCase();
  const instructions = instructionsOf(dockerfile);
  const exact = instructions.find(({ text }) => text.toLowerCase() === wanted);
  // A here-document is quoted as `RUN <<EOF (first line…)`.
  const open = wanted.endsWith(')') ? wanted.indexOf('(') : -1;
  const shortened = open < 0 ? wanted : wanted.slice(0, open).trimEnd();
  return (exact ?? instructions.find(({ text }) => text.toLowerCase().startsWith(shortened)))?.line;
}

/** The line of the FROM (or COPY --from) that names an image. */
export function lineOfImage(dockerfile: string, image: string): number | undefined {
  const short = image.replace(/^docker\.io\/(library\/)?/, '');
  const names = [image, short, short.replace(/:latest$/, '')];
  return instructionsOf(dockerfile).find(({ text }) => text.split(/[\s=]/).some((word) => names.includes(word)))?.line;
}

/**
 * The stages of a Dockerfile in their order: the name after AS, otherwise the number, from 0.
 * @see https://docs.docker.com/reference/dockerfile/#from
 */
export function stagesOf(dockerfile: string): string[] {
  return instructionsOf(dockerfile)
    .map(({ text }) => text.split(' '))
    .filter(([word]) => word?.toUpperCase() === 'FROM')
    .map((words, index) => {
      const as = words.findIndex((word, at) => at > 1 && word.toUpperCase() === 'AS');
      return (as < 0 ? undefined : words[as + 1]) ?? String(index);
    });
}

/** A word is a here-document as a whole: `<<EOF`, `<<-"EOF"`, `3<<EOF`. Its end is the name alone, after tabs for `<<-`. */
function endOfHereDocuments(lines: readonly string[], at: number, text: string): number {
  const [instruction = '', ...words] = text.trim().split(/\s+/);
  if (!/^(RUN|COPY|ADD|ONBUILD)$/i.test(instruction)) return at;
  let end = at;
  for (const word of words) {
    const [, chomp = '', ...names] = /^\d*<<(-?)(?:"([^<"]+)"|'([^<']+)'|([^<"']+))$/.exec(word) ?? [];
    const name = names.find((one) => one !== undefined);
    if (name === undefined) continue;
    const closes = (line: string) => (chomp === '' ? line : line.replace(/^\t+/, '')) === name;
    let close = end + 1;
    while (close < lines.length && !closes(lines[close] ?? '')) close++;
    // BuildKit refuses the file.
    if (close === lines.length) break;
    end = close;
  }
  return end;
}

function isNothing(line: string): boolean {
  return line.trim() === '' || line.trimStart().startsWith('#');
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}
