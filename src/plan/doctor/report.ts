import { z } from 'zod';
import { AREAS, CHECK_IDS, STATUSES } from '../../doctor-checks.ts';

/**
 * The report of `slipway doctor --json`, a text for programs. Its JSON Schema is generated (`npm run schema`); additions are welcome,
 * changes need another `format`.
 */
const finding = z.object({
  id: z.enum(CHECK_IDS).describe('The check (docs/doctor.md)'),
  area: z.enum(AREAS),
  subject: z.string().nullable().describe('What the finding is about, such as environments.staging; null: the whole'),
  status: z
    .enum(STATUSES)
    .describe(
      '`ok`; `failed`: to fix; `unknown`: nobody may or can look; `skipped`: does not apply to this set-up, or not yet',
    ),
  message: z.string(),
  evidence: z.array(z.string()).describe('What was seen, in lines'),
  fix: z.string().nullable().describe('Shell commands that fix it, with `failed`; null: no command can'),
  advice: z.string().nullable().describe('What a person does, where no command is enough'),
  permission: z.string().nullable().describe('The permission that is missing to look, with `unknown`'),
});

const reportSchema = z.object({
  format: z.literal(1),
  app: z.string().nullable().describe('null: slipway.yml cannot be read'),
  checkedAt: z.string().describe('RFC 3339'),
  healthy: z.boolean().describe('No finding has the status failed'),
  findings: z.array(finding),
});

export type Finding = z.infer<typeof finding>;
export type DoctorReport = z.infer<typeof reportSchema>;

/** The JSON Schema of the report (draft 2020-12). */
export function doctorJsonSchema(): Record<string, unknown> {
  return z.toJSONSchema(reportSchema) as Record<string, unknown>;
}
