import * as z from 'zod';
import { patches } from './patch-schema.ts';
import {
  cronName,
  cronSchema,
  migrateSchema,
  podShape,
  processName,
  processSchema,
  processShape,
} from './process-schema.ts';
import { atMost, command, label, objectName } from './values.ts';

const helm = z.strictObject({
  chart: z
    .string()
    .describe('Folder of the chart; or oci://…, with `version` or @sha256:…; or its name in `repository`'),
  repository: z
    .string()
    .regex(/^https?:\/\//, 'the URL of a chart repository, for example https://charts.acme.dev')
    .optional()
    .describe('URL of the chart repository, with `version`'),
  version: z
    .string()
    .regex(/^v?\d+\.\d+\.\d+([-+][0-9A-Za-z.+-]+)?$/, 'one version, for example 1.4.2, and no range')
    .optional()
    .describe('Version of a chart from a registry or a repository'),
  values: z.array(z.string()).optional().describe('Values files; {environment} is replaced'),
  set: z
    .record(z.string(), z.json())
    .optional()
    .describe('Values by path, as with helm --set: text, number, true, false, null, a list or a map'),
  variables: z
    .record(z.string(), z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/, 'the name of an environment variable of the step'))
    .optional()
    .describe('Values by path that are read from environment variables of the step, as text: for secrets'),
  crds: z
    .boolean()
    .optional()
    .describe('Create and update the CustomResourceDefinitions in `crds/` of the chart; default true'),
  release: label('a release name', 53).optional().describe('Name of the release; default: the name of the app'),
});

/** `deploy`: how the app runs. */
export const deploySchema = z
  .strictObject({
    ...processShape,
    ...podShape,
    processes: atMost(z.record(processName, processSchema), 100)
      .optional()
      .describe('Several processes, in place of `port`, `command` and the like: name → process'),
    crons: atMost(z.record(cronName, cronSchema), 100).optional().describe('Commands that run at times: name → cron'),
    migrate: migrateSchema
      .optional()
      .describe('Command that runs once per image, before the rollout, as a Job; or { image, command }'),
    schemaVersion: command
      .optional()
      .describe(
        'Command that prints the version of the schema, in the image of the migration: a rollout that fails after a migration without effect is rolled back. Default: that of Alembic, Flask-Migrate, Django, Rails, Prisma, Knex, Flyway and Laravel, if `migrate` is one call of it; `none`: no comparison',
      ),
    reversible: z
      .boolean()
      .optional()
      .describe(
        'The previous release works with the schema that `migrate` leaves, so that Slipway may roll a failed rollout back; default false',
      ),
    pullSecrets: z
      .array(objectName('a Secret'))
      .optional()
      .describe('Secrets of the namespace with which the nodes log in to the registry of the image'),
    patches: patches
      .optional()
      .describe('Changes of the objects that Slipway writes, in every environment (docs/pods.md)'),
    manifests: z.string().optional().describe('File or folder of manifests; {environment} is replaced'),
    kustomize: z.string().optional().describe('Folder of a kustomization; {environment} is replaced'),
    helm: helm.optional().describe('A Helm chart; Slipway renders it and applies the objects itself'),
  })
  .refine((d) => [d.manifests, d.kustomize, d.helm].filter((source) => source !== undefined).length <= 1, {
    error: 'only one of manifests, kustomize and helm can be given',
  })
  .refine((d) => d.schemaVersion === undefined || d.migrate !== undefined, {
    path: ['schemaVersion'],
    error: 'says how `migrate` changed the schema, and there is no deploy.migrate',
  })
  .refine((d) => d.patches === undefined || (d.manifests ?? d.kustomize ?? d.helm) === undefined, {
    path: ['patches'],
    error: 'patches apply to objects that Slipway writes; write them in the manifests, the kustomization or the values',
  });

export type DeployConfig = z.infer<typeof deploySchema>;
