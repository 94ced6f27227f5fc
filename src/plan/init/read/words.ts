/** The words of a shell line, without their quotes. Operators such as `&&` are words of their own where they stand alone. */
export function wordsOf(line: string): string[] {
  const words: string[] = [];
  let word = '';
  let quote = '';
  let open = false;
  for (const character of line) {
    if (quote !== '') {
      if (character === quote) quote = '';
      else word += character;
    } else if (character === '"' || character === "'") {
      quote = character;
      open = true;
    } else if (/\s/.test(character)) {
      if (open) words.push(word);
      word = '';
      open = false;
    } else {
      word += character;
      open = true;
    }
  }
  return open ? [...words, word] : words;
}

/** The value of an instruction in its exec form (`["a", "b"]`) or its shell form, as words. */
export function execOrShell(text: string): string[] {
  if (text.startsWith('[')) {
    try {
      const list: unknown = JSON.parse(text);
      if (Array.isArray(list) && list.every((item) => typeof item === 'string')) return list;
    } catch {
      // As Docker does: what is no JSON is a shell line.
    }
  }
  return wordsOf(text);
}

/** `${NAME}`, `$NAME`, `${NAME:-default}` replaced by what is known; unknown ones without a default stay. */
export function expand(text: string, known: ReadonlyMap<string, string>): string {
  return text.replace(
    /\$(?:\{([A-Za-z_]\w*)(?::?([-?])([^{}]*))?\}|([A-Za-z_]\w*))/g,
    (whole, name, mark, rest, bare) => {
      // After `?` stands the message for a variable that is not set.
      return known.get(name ?? bare) ?? (mark === '-' ? rest : whole);
    },
  );
}
