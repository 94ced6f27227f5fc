import type { ObjectRef } from '../../ports.ts';
import { matchesGlob } from '../../text/glob.ts';

/** A rule of slipway.yml (`drift.ignore`): every given key must match; `*` matches any text. */
export interface IgnoreRule {
  manager?: string | undefined;
  field?: string | undefined;
  kind?: string | undefined;
  name?: string | undefined;
}

/**
 * Annotations of kubectl that change nothing: the time of a restart, and the copy of a client-side apply.
 */
export const HARMLESS: readonly IgnoreRule[] = [
  { field: 'spec.template.metadata.annotations[kubectl.kubernetes.io/restartedAt]' },
  { field: 'metadata.annotations[kubectl.kubernetes.io/last-applied-configuration]' },
];

/** Whether a rule matches this field of this object. A rule for a field includes everything inside of it. */
export function isIgnored(
  rules: readonly IgnoreRule[],
  ref: Pick<ObjectRef, 'kind' | 'name'>,
  field: string,
  manager: string | undefined,
): boolean {
  return rules.some(
    (rule) =>
      matches(rule.kind, ref.kind) &&
      matches(rule.name, ref.name) &&
      matches(rule.manager, manager) &&
      (rule.field === undefined || prefixesOf(field).some((part) => matches(rule.field, part))),
  );
}

function matches(pattern: string | undefined, text: string | undefined): boolean {
  if (pattern === undefined) return true;
  if (text === undefined) return false;
  return matchesGlob(pattern, text);
}

/** `a.b[c.d].e`: also `a`, `a.b` and `a.b[c.d]`. */
function prefixesOf(field: string): string[] {
  const parts = field.match(/\.?[^.[\]]+|\[[^[\]]*\]/g) ?? [];
  return parts.map((_, index) => parts.slice(0, index + 1).join(''));
}
