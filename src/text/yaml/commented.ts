import { dump } from 'js-yaml';

/** An entry of a map, with what a person should know about it; or a comment alone. */
export type Entry = Pair | { comment: string };

interface Pair {
  key: string;
  /** A list of entries is a map in lines of its own; any other value stands on the line of the key. */
  value: Entries | Plain;
  /** A comment, on the line of the key if it fits, otherwise above it. */
  note?: string | undefined;
}

export interface Entries {
  entries: readonly Entry[];
}

export type Plain = string | number | boolean | readonly Plain[] | { readonly [key: string]: Plain };

const WIDTH = 120;

/** A block of YAML with comments. The comments are cut to one line, without control characters. */
export function commentedYaml(entries: readonly Entry[], indent = ''): string {
  return entries.map((entry) => entryText(entry, indent)).join('');
}

/** A comment of its own line. */
export function commentLine(text: string, indent = ''): string {
  return `${indent}# ${oneLine(text)}\n`;
}

function entryText(entry: Entry, indent: string): string {
  if ('comment' in entry) return commentLine(entry.comment, indent);
  const { key, value, note } = entry;
  const name = flow(key);
  const line = isBlock(value) ? `${indent}${name}:` : `${indent}${name}: ${flow(value)}`;
  const comment = note === undefined ? '' : ` # ${oneLine(note)}`;
  const fits = line.length + comment.length <= WIDTH;
  const head = fits || comment === '' ? `${line}${comment}\n` : `${commentLine(note ?? '', indent)}${line}\n`;
  return isBlock(value) ? `${head}${commentedYaml(value.entries, `${indent}  `)}` : head;
}

function isBlock(value: Entries | Plain): value is Entries {
  return typeof value === 'object' && Object.hasOwn(value, 'entries') && Array.isArray((value as Entries).entries);
}

/** A value on one line. */
function flow(value: Plain): string {
  const text = dump(value, { flowLevel: 0, lineWidth: -1, noRefs: true }).trimEnd();
  // js-yaml writes a text with line breaks as a block, which a flow value cannot hold.
  return typeof value === 'string' && text.includes('\n') ? JSON.stringify(value) : text;
}

/** Text of others, such as a line of a Dockerfile, cannot end the comment. */
function oneLine(text: string): string {
  const plain = text.replace(/\s+/g, ' ').replace(/[^\x20-\x7e\p{L}\p{N}\p{P}\p{S}]/gu, '?');
  return plain.length > 300 ? `${plain.slice(0, 299)}…` : plain;
}
