import { jsonSchema } from '../src/config/keys.ts';
import { doctorJsonSchema } from '../src/plan/doctor/report.ts';
import { reportJsonSchema } from '../src/plan/drift/report.ts';

/** Files of schema/, and what makes each of them. */
export const SCHEMAS: Record<string, () => unknown> = {
  'schema/slipway.schema.json': () => ({ title: 'slipway.yml', ...jsonSchema() }),
  'schema/doctor.schema.json': () => ({ title: 'The report of slipway doctor', ...doctorJsonSchema() }),
  'schema/drift.schema.json': () => ({ title: 'The report of drift', ...reportJsonSchema() }),
};
