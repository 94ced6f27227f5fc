import { z } from 'zod';

/**
 * The report of `drift`: a file for programs, and the source of the summary and the issue. Its JSON Schema is generated
 * (`npm run schema`); additions are welcome, changes need another `format`.
 */
const field = z.object({
  field: z.string().describe('Path of the field, such as spec.template.spec.containers[web].env[DEBUG]'),
  change: z
    .enum(['changed', 'added', 'removed'])
    .describe('`changed` and `removed`: a recorded field; `added`: one that is in no record'),
  recorded: z.string().nullable().describe('Recorded value as JSON, cut; *** for a secret; null: none'),
  live: z.string().nullable().describe('Live value, in the same form'),
  by: z.string().nullable().describe('Field manager that changed it; null: Kubernetes does not say'),
  at: z.string().nullable().describe('When that manager last changed the object (RFC 3339)'),
});

const object = z.object({
  apiVersion: z.string(),
  kind: z.string(),
  namespace: z.string().nullable().describe('null for an object of the whole cluster'),
  name: z.string(),
  state: z
    .enum(['changed', 'deleted', 'left-over', 'changed-beside'])
    .describe(
      '`changed`: see `fields`; `deleted`: recorded, and not there; `left-over`: carries our labels, and is not recorded; `changed-beside`: read by the pods, not part of the release, and changed since',
    ),
  note: z.string().nullable().describe('A sentence for people'),
  fields: z.array(field),
});

const release = z.object({
  id: z.string().describe('Such as parking-7'),
  outcome: z.string().describe('`pending` while it is in progress, or forever if its run was killed'),
  image: z.string().describe('By digest; with several images, a line name=reference for each'),
  commit: z.string(),
  startedAt: z.string(),
});

const environment = z.object({
  environment: z.string(),
  namespace: z.string(),
  state: z
    .enum(['drifted', 'as-recorded', 'nothing-recorded', 'under-way', 'not-compared'])
    .describe(
      '`under-way`: a roll-out is writing at this moment; `not-compared`: it could not be read, `notes` say why',
    ),
  release: release.nullable().describe('The last good release, which is compared with the cluster'),
  newer: z.array(release).describe('Later releases, which did not succeed'),
  objects: z.array(object).describe('Objects that drifted'),
  notes: z.array(z.string()).describe('Sentences for people: comparisons that are less exact, or missing'),
});

const reportSchema = z.object({
  format: z.literal(1),
  app: z.string(),
  checkedAt: z.string().describe('RFC 3339'),
  drifted: z.boolean().describe('Some environment has drifted'),
  environments: z.array(environment),
});

export type FieldDrift = z.infer<typeof field>;
export type ObjectDrift = z.infer<typeof object>;
export type ReleaseFacts = z.infer<typeof release>;
export type EnvironmentDrift = z.infer<typeof environment>;
export type DriftReport = z.infer<typeof reportSchema>;

/** The JSON Schema of the report (draft 2020-12). */
export function reportJsonSchema(): Record<string, unknown> {
  return z.toJSONSchema(reportSchema) as Record<string, unknown>;
}
