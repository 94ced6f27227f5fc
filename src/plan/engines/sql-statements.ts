import type { Statement } from './engine.ts';

/**
 * The statements and psql commands of an SQL file of PostgreSQL, each with its first line: without comments, and without the
 * rows of `COPY … FROM stdin`. Strings and quoted names are kept. The text may have any encoding that contains ASCII, read as
 * Latin-1.
 * @see https://www.postgresql.org/docs/17/sql-syntax-lexical.html
 */
export function* sqlStatements(sql: string): Generator<Statement> {
  const reader = new Reader(sql);
  for (let found = reader.next(); found !== undefined; found = reader.next()) yield found;
}

/** Begins something that is read to its own end. */
const SPECIAL = /['"$;\\\n]|--|\/\*/g;
const COPY_ROWS = /^copy\s[^;]*\sfrom\s+stdin\b/i;

class Reader {
  private readonly sql: string;
  private at = 0;
  /** Counted up to `counted`. */
  private line = 1;
  private counted = 0;
  private text = '';
  private begins = 0;

  constructor(sql: string) {
    this.sql = sql;
  }

  next(): Statement | undefined {
    while (this.at < this.sql.length) {
      SPECIAL.lastIndex = this.at;
      const match = SPECIAL.exec(this.sql);
      const end = match?.index ?? this.sql.length;
      this.keep(end);
      if (match === null) break;
      const statement = this.special(match[0]);
      if (statement) return statement;
    }
    return this.ended();
  }

  private special(mark: string): Statement | undefined {
    switch (mark) {
      case '--':
        this.at = this.indexOf('\n', this.at);
        return undefined;
      case '/*':
        this.at = this.comment();
        return undefined;
      case "'":
      case '"':
        this.keep(this.quoted(mark));
        return undefined;
      case '$':
        this.keep(this.dollarQuoted());
        return undefined;
      case '\\':
        return this.command();
      case '\n':
        this.keep(this.at + 1);
        return undefined;
      default:
        return this.statement();
    }
  }

  /** Takes the text up to `end` into the statement; blanks before it begins do not count. */
  private keep(end: number): void {
    const part = this.sql.slice(this.at, end);
    if (this.text === '' && part.trim() !== '') {
      this.begins = this.at + (part.length - part.trimStart().length);
      this.text = part.trimStart();
    } else if (this.text !== '') this.text += part;
    this.at = end;
  }

  private statement(): Statement | undefined {
    const found = this.ended();
    this.at += 1;
    if (found && COPY_ROWS.test(found.text)) this.at = this.afterRows();
    return found;
  }

  /** psql reads a command to the end of its line; a statement before it on that line goes on. */
  private command(): Statement {
    const begins = this.at;
    this.at = this.indexOf('\n', begins);
    return { line: this.lineOf(begins), text: this.sql.slice(begins, this.at).trim() };
  }

  private ended(): Statement | undefined {
    if (this.text === '') return undefined;
    const statement = { line: this.lineOf(this.begins), text: this.text.trim() };
    this.text = '';
    return statement;
  }

  private comment(): number {
    let depth = 0;
    const marks = /\/\*|\*\//g;
    marks.lastIndex = this.at;
    for (let mark = marks.exec(this.sql); mark !== null; mark = marks.exec(this.sql)) {
      depth += mark[0] === '/*' ? 1 : -1;
      if (depth === 0) return marks.lastIndex;
    }
    return this.sql.length;
  }

  /** The end of a string or a quoted name: a doubled quote stands for one. In E'…' a backslash takes the next character. */
  private quoted(quote: string): number {
    const escapes = quote === "'" && /(?:^|[^\w$])[eE]$/.test(this.sql.slice(Math.max(0, this.at - 2), this.at));
    for (let at = this.at + 1; at < this.sql.length; at += 1) {
      if (escapes && this.sql[at] === '\\') at += 1;
      else if (this.sql[at] === quote && this.sql[at + 1] === quote) at += 1;
      else if (this.sql[at] === quote) return at + 1;
    }
    return this.sql.length;
  }

  /** A parameter ($1), and a dollar sign within a name, quote nothing. */
  private dollarQuoted(): number {
    const opening = /\$(?:[A-Za-z_\x80-\xff][\w\x80-\xff]{0,63})?\$/y;
    opening.lastIndex = this.at;
    const tag = /[\w$]/.test(this.sql[this.at - 1] ?? '') ? undefined : opening.exec(this.sql)?.[0];
    if (tag === undefined) return this.at + 1;
    const end = this.sql.indexOf(tag, this.at + tag.length);
    return end === -1 ? this.sql.length : end + tag.length;
  }

  /** Behind the line `\.` which ends the rows. */
  private afterRows(): number {
    const end = /^\\\.\r?$/gm;
    end.lastIndex = this.at;
    return end.exec(this.sql) === null ? this.sql.length : end.lastIndex;
  }

  private indexOf(text: string, from: number): number {
    const index = this.sql.indexOf(text, from);
    return index === -1 ? this.sql.length : index;
  }

  private lineOf(index: number): number {
    for (let at = this.sql.indexOf('\n', this.counted); at !== -1 && at < index; at = this.sql.indexOf('\n', at + 1)) {
      this.line += 1;
      this.counted = at + 1;
    }
    return this.line;
  }
}
