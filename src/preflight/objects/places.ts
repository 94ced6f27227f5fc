import type { KubeObject } from '../../ports.ts';
import type { SourceFile } from '../source-file.ts';
import type { Placer } from './observed.ts';

/** A document of a file, read by lines: a template of a chart is no YAML. */
interface Document {
  path: string;
  /** Index of its first line. */
  first: number;
  lines: readonly string[];
  kind: string;
  /** Its name without the parts that a template fills in. */
  nameParts: readonly string[];
  /** Index of the line of the kind. */
  kindAt: number;
}

/**
 * Where objects are written. A name that a template or a prefix completes must have the written parts; if two documents fit
 * equally, neither is named.
 */
export function placerOf(files: readonly SourceFile[]): Placer {
  const documents = files.flatMap(documentsOf);
  return (object, near) => {
    const found = bestOf(object, documents);
    if (found === undefined) return undefined;
    const { path, first, lines, kindAt } = found;
    const index = near === '' ? -1 : lineWith(near, lines);
    return { file: path, line: first + (index < 0 ? kindAt : index) + 1 };
  };
}

/** The first line with a text as whole words, quoted or not, otherwise with the text at all; comments do not count. */
function lineWith(near: string, lines: readonly string[]): number {
  const bare = lines.map((line) => (/^\s*#/.test(line) ? '' : line.replace(/["']/g, '')));
  const whole = bare.findIndex((line) => {
    const at = line.indexOf(near);
    return at >= 0 && !/^[\w.-]/.test(line.slice(at + near.length));
  });
  return whole >= 0 ? whole : bare.findIndex((line) => line.includes(near));
}

function documentsOf({ path, text }: SourceFile): Document[] {
  const lines = text.split(/\r?\n/);
  const starts = [-1, ...lines.flatMap((line, index) => (line.startsWith('---') ? [index] : []))];
  return starts.flatMap((start, index) => {
    const own = lines.slice(start + 1, starts[index + 1]);
    const kindAt = own.findIndex((line) => /^kind:/.test(line));
    if (kindAt < 0) return [];
    const kind = unquoted(own[kindAt]?.slice('kind:'.length) ?? '');
    return [{ path, first: start + 1, lines: own, kind, kindAt, nameParts: partsOf(nameIn(own)) }];
  });
}

function nameIn(lines: readonly string[]): string {
  const at = lines.findIndex((line) => line.startsWith('metadata:'));
  if (at < 0) return '';
  const inline = /[{,][ \t]{0,8}name:[ \t]{0,8}([^,}]{1,300})/.exec(lines[at] ?? '')?.[1];
  if (inline !== undefined) return unquoted(inline);
  const end = lines.findIndex((line, index) => index > at && /^[A-Za-z]/.test(line));
  const own = lines.slice(at + 1, end < 0 ? undefined : end).find((line) => /^ {1,8}name:/.test(line));
  return unquoted(own?.slice(own.indexOf(':') + 1) ?? '');
}

function unquoted(text: string): string {
  const comment = text.indexOf(' #');
  return (comment < 0 ? text : text.slice(0, comment)).trim().replace(/^["']|["']$/g, '');
}

/** The literal parts of a name: `{{ .Release.Name }}-web` has `-web`. */
function partsOf(name: string): string[] {
  return name
    .slice(0, 500)
    .split(/\{\{[^{}]*\}\}/)
    .filter((part) => part !== '');
}

function bestOf({ kind, metadata: { name } }: KubeObject, documents: readonly Document[]): Document | undefined {
  const fitting = documents.filter((one) => one.kind === kind && one.nameParts.every((part) => name.includes(part)));
  const most = Math.max(0, ...fitting.map(scoreOf));
  const best = fitting.filter((one) => scoreOf(one) === most);
  if (best.length < 2) return best[0];
  // Templates whose names are made elsewhere: `templates/worker/deployment.yaml` makes `shop-worker`.
  const last = name.slice(name.lastIndexOf('-') + 1);
  const named = best.filter(({ path }) => path.split('/').slice(-2).join('/').includes(last));
  return named.length === 1 ? named[0] : undefined;
}

/** Letters and digits of the written parts: a dash alone says nothing. */
function scoreOf({ nameParts }: Document): number {
  return nameParts.reduce((sum, part) => sum + part.replaceAll('-', '').length, 0);
}
