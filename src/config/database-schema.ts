import * as z from 'zod';
import { command, label, quantity } from './values.ts';

/** What a new database begins with: a file of SQL after the migrations, a command after them, or a dump before them. */
const seed = z.union([
  z.string().min(1),
  z.strictObject({
    command: command.optional().describe('Command in the image of the app, run once after the first migration'),
    dump: z
      .string()
      .min(1)
      .optional()
      .describe(
        'Dump with schema and data (SQL, SQL with gzip, or pg_dump’s custom format), loaded before the first migration',
      ),
    image: z
      .string()
      .min(1)
      .optional()
      .describe('Image that holds the dump, which is then an absolute path in it; default: a file of the application'),
  }),
]);

/** `review.database`. */
export const database = z.strictObject({
  engine: z.enum(['postgres', 'mysql', 'mariadb']).default('postgres').describe('Default postgres'),
  version: z
    .string()
    .optional()
    .describe('Major version, beside `image` the one that is in it; default: the newest that Slipway pins'),
  image: z.string().optional().describe('Image in place of the official one'),
  seed: seed
    .optional()
    .describe(
      'What a new database begins with: an SQL file (`.sql`, `.sql.gz`), loaded once after the first migration; or',
    ),
  storage: quantity.optional().describe('Size of the volume; default 1Gi, of a shared server 20Gi'),
  mode: z
    .enum(['isolated', 'shared'])
    .optional()
    .describe(
      'isolated: a server of its own for each environment; shared (PostgreSQL): a database on one server of the cluster, copied from a template. Default isolated',
    ),
  server: z
    .strictObject({
      namespace: label('a namespace', 63).optional().describe('Where it is; default slipway-databases'),
      secret: label('a Secret', 253)
        .optional()
        .describe(
          'A server of yours: Secret of that namespace with PGHOST, PGPORT, PGUSER and PGPASSWORD of a role that may create databases and roles. Default: Slipway runs one',
        ),
      memory: quantity.optional().describe('Memory of the server that Slipway runs; default 2Gi'),
    })
    .optional()
    .describe('The server of `mode: shared`'),
});

export type DatabaseConfig = z.infer<typeof database>;
export type SeedConfig = z.infer<typeof seed>;
