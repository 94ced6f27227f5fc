import { UserError } from '../../errors.ts';
import { schemaProblems } from '../../objects/openapi/problems.ts';
import { refOf, shortName } from '../../objects/ref.ts';
import { plannedFields, plannedLines } from '../../plan/planned-change.ts';
import type { Cluster, KubeObject } from '../../ports.ts';

/** A comparison in place of the server's validation. */
export interface Comparison {
  changes: boolean;
  compared: {
    /** One for each field that would change. */
    lines: readonly string[];
    /** The object fits the schema of the server; false: there was none to read. */
    bySchema: boolean;
  };
}

/**
 * Compares an object with the live one, in place of the server's validation, for an account that may not write its kind. Checks it by
 * the schema that the server publishes, if that can be read.
 * @throws UserError for an object that does not fit its schema
 */
export async function compared(
  object: KubeObject,
  live: KubeObject | undefined,
  cluster: Pick<Cluster, 'schema'>,
): Promise<Comparison> {
  const schema = await cluster.schema(object);
  const problems = schema ? schemaProblems(object, schema) : [];
  if (problems.length > 0) {
    throw new UserError(`${shortName(refOf(object))}: the cluster would refuse it: ${problems[0]}`, {
      details: problems.slice(1),
      remedy: 'Correct these fields.',
    });
  }
  const lines = live ? plannedLines(plannedFields(object, live), object.kind) : [];
  const changes = live === undefined || lines.length > 0;
  return { changes, compared: { lines, bySchema: schema !== undefined } };
}
