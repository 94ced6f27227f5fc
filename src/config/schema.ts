import * as z from 'zod';
import { cloudSqlSchema } from './cloud-sql-schema.ts';
import { clusterSchema } from './cluster-schema.ts';
import { deploySchema } from './deploy-schema.ts';
import { imageSchema } from './image-schema.ts';
import { ingressSchema, tlsSchema } from './ingress-schema.ts';
import { patches } from './patch-schema.ts';
import { preflightSchema } from './preflight-schema.ts';
import { cronName, cronOverride, environmentPodShape, processName, processOverride } from './process-schema.ts';
import { registrySchema } from './registry-schema.ts';
import { reviewSchema } from './review-schema.ts';
import { secretEnvSchema } from './secret-env-schema.ts';
import { environmentServiceSchema } from './service-schema.ts';
import { testsSchema } from './test-schema.ts';
import { envMap, host, label, objectName } from './values.ts';
import { verifySchema } from './verify-schema.ts';

/**
 * The one definition of slipway.yml. The JSON Schema for editors is generated from it (`npm run schema`), the reader and
 * the checks use it, and its inferred type is what the rest of Slipway sees.
 */

const environment = z.strictObject({
  cluster: clusterSchema.optional().describe('Default: the inputs of the action, otherwise KUBECONFIG'),
  namespace: label('a namespace', 63).describe(
    'Namespace of the environment. With promoteFrom it must exist; otherwise Slipway creates it',
  ),
  host: host
    .optional()
    .describe('Host name; {address} is the address of the ingress controller. Default: none, and no Ingress'),
  replicas: z.int().min(0).max(1000).optional().describe('Replaces deploy.replicas'),
  ...environmentPodShape,
  processes: z
    .record(processName, processOverride)
    .optional()
    .describe('Process → what differs in this environment; `env` and `secrets` are added, every other key replaces'),
  crons: z.record(cronName, cronOverride).optional().describe('Cron → what differs in this environment'),
  env: envMap
    .optional()
    .describe(
      'Environment variables in this environment, in addition to deploy.env; can contain placeholders (docs/pods.md)',
    ),
  secrets: z
    .array(label('a Secret', 253))
    .optional()
    .describe('Secrets of this namespace whose keys become variables, in addition to deploy.secrets'),
  secretEnv: secretEnvSchema
    .optional()
    .describe(
      'Variables of the app from variables of the step, for secrets of GitHub: variable → variable of the step, or a list of names. Slipway keeps them in a Secret of its own',
    ),
  database: cloudSqlSchema
    .optional()
    .describe('A database on Cloud SQL: the Auth Proxy beside the pods of the app, and variables without a password'),
  services: z
    .record(label('a service name', 40), environmentServiceSchema)
    .optional()
    .describe('Host name → service that keeps no data, such as a cache; its variables are those of the app'),
  pullSecrets: z
    .array(objectName('a Secret'))
    .optional()
    .describe('Secrets of this namespace with which the nodes log in to a registry, in addition to deploy.pullSecrets'),
  promoteFrom: z.string().optional().describe('Only digests that this environment runs can be promoted'),
  verify: verifySchema
    .optional()
    .describe('Who must have built an image before it is promoted to this environment (docs/images.md#who-built-it)'),
  githubEnvironment: z
    .string()
    .optional()
    .describe('GitHub environment that protects it; default: the name of the environment'),
  tls: tlsSchema
    .optional()
    .describe(
      'Serve HTTPS: `true` uses the certificate of the ingress controller, an object names another one. Default: true, except for *.localhost and for hosts with {address}',
    ),
  ingress: ingressSchema.optional().describe('Replaces keys of `ingress` in this environment'),
  patches: patches.optional().describe('Changes of the objects in this environment, after deploy.patches'),
});

const pattern = z.string().min(1);
const drift = z.strictObject({
  ignore: z
    .array(
      z
        .strictObject({
          manager: pattern.optional().describe('Field manager that may change it, such as reloader'),
          field: pattern.optional().describe('Field, as drift reports it, with everything inside it'),
          kind: pattern.optional().describe('Kind of the object, such as ConfigMap'),
          name: pattern.optional().describe('Name of the object'),
        })
        .refine((rule) => Object.keys(rule).length > 0, { error: 'give manager, field, kind or name' }),
    )
    .optional()
    .describe(
      'Changes by others that are allowed. An entry applies when everything that it names matches; * stands for any text',
    ),
});

export const configSchema = z
  .strictObject({
    $schema: z.string().optional(),
    app: label('app', 40).describe('Name of the application; names of objects begin with it'),
    image: imageSchema.optional().describe('How Slipway builds the image, and where it pushes it'),
    images: z
      .record(label('an image name', 40), imageSchema)
      .optional()
      .describe('Several images, instead of `image`: built, tested, pushed and deployed together'),
    tests: testsSchema.optional().describe('Tests, each a command in the built image'),
    deploy: deploySchema
      .default({})
      .describe('How the app runs; Slipway writes the objects, or uses those of the team'),
    review: reviewSchema.optional().describe('Review environments: a running copy of each pull request'),
    ingress: ingressSchema.optional().describe('How requests reach the apps in the cluster'),
    environments: z
      .record(label('an environment', 40), environment)
      .optional()
      .describe('Persistent environments, such as staging and production'),
    preflight: preflightSchema.optional().describe('What preflight accepts'),
    drift: drift.optional().describe('What the action drift does not report'),
    registry: registrySchema.optional().describe('What stays in the registry'),
  })
  .meta({ oneOf: [{ required: ['image'] }, { required: ['images'] }] });

/** slipway.yml after checking; the plan sets defaults that depend on other keys. */
export type Config = z.infer<typeof configSchema>;
export type EnvironmentConfig = z.infer<typeof environment>;
export type { CloudSqlConfig } from './cloud-sql-schema.ts';
export type { ClusterConfig } from './cluster-schema.ts';
export type { DatabaseConfig, SeedConfig } from './database-schema.ts';
export type { DeployConfig } from './deploy-schema.ts';
export type { ImageConfig } from './image-schema.ts';
export type { AccessConfig, IngressConfig, TlsConfig } from './ingress-schema.ts';
export type { PatchConfig } from './patch-schema.ts';
export type { CronConfig, MigrateConfig, PodConfig, ProcessConfig } from './process-schema.ts';
export type { ReviewConfig } from './review-schema.ts';
export type { EnvironmentServiceConfig, ServiceConfig } from './service-schema.ts';
export type { TestConfig } from './test-schema.ts';
