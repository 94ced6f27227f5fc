/** The fixed and the random parts of a text in which two renders differ. */
type Run = { fixed: string[] } | { first: string[]; second: string[] };

/**
 * The rendered text with the random parts of `live`. If only the random parts differ, the result is `live`; if the fixed text
 * has changed, the fixed text around it identifies the random part of each line.
 * @param first the text of one render
 * @param second the text of another render of the same input
 * @returns undefined if `live` does not contain the random parts
 */
export function keepRandomText(first: string, second: string, live: string): string | undefined {
  if (isBinary(first)) return live;
  const runs = runsOf(unitsOf(first), unitsOf(second));
  return fits(live, literalsOf(runs)) ? live : carriedOver(first, second, live);
}

/** The lines of a text; a certificate or key in PEM counts as one line, because equal parts of two of them are coincidence. */
function unitsOf(text: string): string[] {
  const units: string[] = [];
  let inside = false;
  for (const line of text.split('\n')) {
    if (inside) units.push(`${units.pop()}\n${line}`);
    else units.push(line);
    if (line.startsWith('-----BEGIN ')) inside = true;
    else if (line.startsWith('-----END ')) inside = false;
  }
  return units;
}

/** Equal and different lines. If the number of lines differs, all lines between the equal ends are random. */
function runsOf(a: readonly string[], b: readonly string[]): Run[] {
  if (a.length !== b.length) return endsOf(a, b);
  const runs: Run[] = [];
  for (const [index, line] of a.entries()) {
    const other = b[index] ?? '';
    const last = runs.at(-1);
    if (line === other) {
      if (last && 'fixed' in last) last.fixed.push(line);
      else runs.push({ fixed: [line] });
    } else if (last && 'first' in last) {
      last.first.push(line);
      last.second.push(other);
    } else runs.push({ first: [line], second: [other] });
  }
  return runs;
}

function endsOf(a: readonly string[], b: readonly string[]): Run[] {
  const most = Math.min(a.length, b.length);
  let head = 0;
  while (head < most && a[head] === b[head]) head += 1;
  let tail = 0;
  while (tail < most - head && a.at(-1 - tail) === b.at(-1 - tail)) tail += 1;
  const middle = { first: a.slice(head, a.length - tail), second: b.slice(head, b.length - tail) };
  return [{ fixed: a.slice(0, head) }, middle, { fixed: a.slice(a.length - tail) }].filter(
    (run) => !('fixed' in run) || run.fixed.length > 0,
  );
}

/** The fixed texts in order, with one random part between each two. */
function literalsOf(runs: readonly Run[]): string[] {
  const literals = [''];
  for (const [index, run] of runs.entries()) {
    const newline = index === 0 ? '' : '\n';
    if ('fixed' in run) {
      literals.push(`${literals.pop()}${newline}${run.fixed.join('\n')}`);
    } else {
      const { prefix } = around(run.first[0] ?? '', run.second[0] ?? '');
      const { suffix } = around(run.first.at(-1) ?? '', run.second.at(-1) ?? '');
      literals.push(`${literals.pop()}${newline}${prefix}`, suffix);
    }
  }
  return literals;
}

/** Whether a text is these literals with anything between them. */
function fits(text: string, literals: readonly string[]): boolean {
  const [head = '', ...rest] = literals;
  const tail = rest.pop();
  if (tail === undefined) return text === head;
  if (!text.startsWith(head) || !text.endsWith(tail) || text.length < head.length + tail.length) return false;
  const end = text.length - tail.length;
  let at = head.length;
  for (const literal of rest) {
    const found = text.indexOf(literal, at);
    if (found < 0 || found + literal.length > end) return false;
    at = found + literal.length;
  }
  return true;
}

function carriedOver(first: string, second: string, live: string): string | undefined {
  const [a, b, lines] = [unitsOf(first), unitsOf(second), unitsOf(live)];
  if (a.length !== b.length) return undefined;
  const merged: string[] = [];
  for (const [index, line] of a.entries()) {
    if (line === b[index]) {
      merged.push(line);
      continue;
    }
    const { prefix, suffix } = around(line, b[index] ?? '');
    const found = prefix === '' ? [] : lines.filter((one) => fits(one, [prefix, suffix]));
    if (found.length !== 1) return undefined;
    merged.push(found[0] ?? '');
  }
  return merged.join('\n');
}

/** The fixed text before and after a random part. It ends at a sign, because two random parts may share letters by chance. */
function around(a: string, b: string): { prefix: string; suffix: string } {
  if (a.startsWith('-----BEGIN ')) {
    return { prefix: a.slice(0, a.indexOf('\n') + 1), suffix: a.slice(a.lastIndexOf('\n')) };
  }
  const most = Math.min(a.length, b.length);
  let head = 0;
  while (head < most && a[head] === b[head]) head += 1;
  let tail = 0;
  while (tail < most - head && a.at(-1 - tail) === b.at(-1 - tail)) tail += 1;
  while (head > 0 && isLetter(a[head - 1])) head -= 1;
  while (tail > 0 && isLetter(a.at(-tail))) tail -= 1;
  return { prefix: a.slice(0, head), suffix: tail === 0 ? '' : a.slice(-tail) };
}

/** Bytes of a key store, for example: equal parts of them are coincidence. */
function isBinary(text: string): boolean {
  return [...text].some((sign) => sign < ' ' && !'\t\n\r'.includes(sign));
}

function isLetter(sign: string | undefined): boolean {
  return sign !== undefined && /[A-Za-z0-9]/.test(sign);
}
