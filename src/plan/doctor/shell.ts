/** A text as one word of a POSIX shell. */
export function word(text: string): string {
  return /^[A-Za-z0-9_./:@%+,=-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}

/** A command line of these words. */
export function command(...words: readonly string[]): string {
  return words.map(word).join(' ');
}

/** A command that reads a text from its standard input. */
export function withInput(line: string, text: string): string {
  return `${line} <<'EOF'\n${text.trimEnd()}\nEOF`;
}
