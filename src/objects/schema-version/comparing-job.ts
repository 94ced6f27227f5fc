import type { KubeObject } from '../../ports.ts';
import { podTemplateOf } from '../pod-template.ts';
import { verbatim } from '../verbatim.ts';
import type { SchemaVersion } from './known-version.ts';

/** Before the result in the termination message of a migration. */
const MARK = 'slipway-schema';

/**
 * Runs the migration between two calls of the version command, and leaves the two hashes as the message of the container. Without
 * an answer, sha256sum or a place for the message the migration runs as it would without this. The shell passes SIGTERM on.
 * @see https://kubernetes.io/docs/tasks/debug/debug-application/determine-reason-pod-failure/#customizing-the-termination-message
 */
const SCRIPT = [
  'command="$1" answers="$2"; shift 2',
  'version() {',
  '  text=$(sh -c "$command" 2>/dev/null </dev/null); code=$?',
  '  [ "$code" -le "$answers" ] && [ -n "$text" ] || return 0',
  '  printf %s "$text" | sha256sum 2>/dev/null | cut -c1-64',
  '}',
  'before=$(version)',
  '"$@" & migration=$!',
  'trap \'kill -TERM "$migration" 2>/dev/null\' TERM INT',
  'wait "$migration"; code=$?',
  'while kill -0 "$migration" 2>/dev/null; do wait "$migration"; code=$?; done',
  '[ "$code" -eq 0 ] || exit "$code"',
  `{ printf '${MARK} %s %s' "$before" "$(version)" >/dev/termination-log; } 2>/dev/null`,
  'exit 0',
].join('\n');

/** The version of a schema before and after a migration, as hashes. */
export interface SchemaChange {
  before: string;
  after: string;
}

/** The migration Job, which also compares the version of the schema before and after. */
export function comparingSchema(job: KubeObject, version: SchemaVersion): KubeObject {
  const copy = structuredClone(job);
  const container = podTemplateOf(copy)?.spec.containers[0];
  if (!container || !Array.isArray(container.command)) return job;
  const own = container.command;
  container.command = [
    'sh',
    '-c',
    ...[SCRIPT, 'migrate', version.command, String(version.answers)].map(verbatim),
    ...own,
  ];
  return copy;
}

/** The two versions in a termination message; undefined where one of them is not known. */
export function schemaChangeOf(message: string | undefined): SchemaChange | undefined {
  const [, before, after] = /^slipway-schema ([0-9a-f]{64}) ([0-9a-f]{64})$/.exec(message?.trim() ?? '') ?? [];
  return before === undefined || after === undefined ? undefined : { before, after };
}
