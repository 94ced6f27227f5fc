import { type CollectionTag, LineCounter, parseAllDocuments, type ScalarTag } from 'yaml';
import { UserError } from '../../../errors.ts';
import type { KubeObject, Rendered } from '../../../ports.ts';
import { neutraliseLine } from '../../../text/neutralise.ts';

/**
 * The objects in a text of YAML documents, read as kubectl reads them: YAML 1.1 (`defaultMode: 0644` is octal, `yes` is
 * true), but dates and base-60 numbers stay text. Lists are taken apart.
 * @param file the name used in messages
 * @throws UserError with every document that is not an object of Kubernetes, each with its line
 */
export function readDocuments(text: string, file: string): Rendered[] {
  const lines = new LineCounter();
  const documents = parseAllDocuments(text, {
    version: '1.1',
    lineCounter: lines,
    prettyErrors: false,
    customTags: (tags) => tags.filter((tag) => !isDateOrSixty(tag)),
  });
  if (!Array.isArray(documents)) return [];
  const problems: string[] = [];
  const rendered: Rendered[] = [];
  for (const document of documents) {
    const [syntax] = document.errors;
    const at = (offset: number) => `${file}:${lines.linePos(offset).line}`;
    if (syntax) {
      problems.push(`${at(syntax.pos[0])}: not valid YAML: ${neutraliseLine(syntax.message)}`);
      continue;
    }
    const value: unknown = document.toJS();
    if (value === null || value === undefined) continue;
    const location = at(document.contents?.range?.[0] ?? 0);
    for (const item of itemsOf(value)) {
      const problem = problemOf(item);
      if (problem) problems.push(`${location}: ${problem}`);
      else rendered.push({ object: item as KubeObject, location });
    }
  }
  if (problems.length > 0) throw refused(problems);
  return rendered;
}

function isDateOrSixty(tag: string | ScalarTag | CollectionTag): boolean {
  if (typeof tag === 'string') return tag === 'timestamp' || tag === 'intTime' || tag === 'floatTime';
  return tag.tag === 'tag:yaml.org,2002:timestamp' || ('format' in tag && tag.format === 'TIME');
}

/** `kind: List`, as `kubectl get -o yaml` writes it. */
function itemsOf(value: unknown): unknown[] {
  const list = value as { kind?: unknown; items?: unknown };
  return list.kind === 'List' && Array.isArray(list.items) ? list.items : [value];
}

function problemOf(value: unknown): string | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return 'not an object of Kubernetes';
  const { apiVersion, kind, metadata } = value as { apiVersion?: unknown; kind?: unknown; metadata?: unknown };
  if (typeof apiVersion !== 'string' || apiVersion === '') return 'apiVersion is missing';
  if (typeof kind !== 'string' || kind === '') return 'kind is missing';
  const name = (metadata as { name?: unknown } | null | undefined)?.name;
  if (typeof name === 'string' && name !== '') return undefined;
  return `${kind} has no metadata.name (generateName would make a new object on every run)`;
}

function refused(problems: string[]): UserError {
  const [first = '', ...more] = problems;
  return new UserError(first, { details: more, remedy: 'Correct the manifests; nothing was written to the cluster.' });
}
