import * as z from 'zod';
import { DATABASE_ENGINES } from './engines.ts';
import { command, label, quantity, text } from './values.ts';

/** The first content of a database: an SQL file or a command after the first migration, or a dump before it. */
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
      .describe('Image that holds the dump at an absolute path; default: the dump is a file of the application'),
  }),
]);

const engine = z.enum(DATABASE_ENGINES);

const database = z.strictObject({
  engine: engine.default('postgres').describe('Default postgres'),
  version: text
    .optional()
    .describe('Major version; with `image` the version inside it. Default: the newest version that Slipway pins'),
  image: z.string().optional().describe('Image; default: the official image'),
  seed: seed
    .optional()
    .describe(
      'First content of a new database: an SQL file (`.sql`, `.sql.gz`), loaded once after the first migration; or',
    ),
  storage: quantity.optional().describe('Size of the volume; default 1Gi, and 20Gi for a shared server'),
  mode: z
    .enum(['isolated', 'shared'])
    .optional()
    .describe(
      'isolated: each environment has its own server; shared (PostgreSQL): a database on one server of the cluster, copied from a template. Default isolated',
    ),
  server: z
    .strictObject({
      namespace: label('a namespace', 63).optional().describe('Namespace of the server; default slipway-databases'),
      secret: label('a Secret', 253)
        .optional()
        .describe(
          'Secret of an existing server, with PGHOST, PGPORT, PGUSER and PGPASSWORD of a role that may create databases and roles, and with the label slipway.dev/environment=review-databases. Default: Slipway runs a server',
        ),
      memory: quantity.optional().describe('Memory of the server that Slipway runs; default 2Gi'),
    })
    .optional()
    .describe('The server of `mode: shared`'),
});

/** `review.database`: an engine alone, or what differs from its defaults. */
export const databaseSchema = z.union([engine.transform((name) => database.parse({ engine: name })), database]);

export type DatabaseConfig = z.infer<typeof databaseSchema>;
export type SeedConfig = z.infer<typeof seed>;
