import * as z from 'zod';
import { clusterSchema } from './cluster-schema.ts';
import { databaseSchema } from './database-schema.ts';
import { accessSchema, ingressSchema, tlsSchema } from './ingress-schema.ts';
import { reviewHelmSchema, reviewObjectsSchema } from './own-objects-schema.ts';
import { patches } from './patch-schema.ts';
import { secretEnvSchema } from './secret-env-schema.ts';
import { serviceSchema } from './service-schema.ts';
import { duration, envMap, host, label, quantity } from './values.ts';

/** `internet`, or a CIDR; the API server checks the numbers. */
const NETWORK = /^(internet|[0-9a-fA-F.:]+\/\d{1,3})$/;

/** Namespace and name of a Secret. */
const SOURCE = /^[a-z0-9]+(-+[a-z0-9]+)*\/[a-z0-9]+(-+[a-z0-9]+)*(\.[a-z0-9]+(-+[a-z0-9]+)*)*$/;

const pullSecret = z.strictObject({
  from: z
    .string()
    .max(317)
    .regex(SOURCE, 'namespace/name of a Secret, for example slipway-review/registry')
    .describe('The Secret, as namespace/name, of type kubernetes.io/dockerconfigjson'),
});

/** What can differ between the environments of a pull request. */
const variant = z.strictObject({
  database: databaseSchema.optional().describe('Replaces review.database'),
  services: z.record(label('a service name', 40), serviceSchema).optional().describe('Replaces review.services'),
  env: envMap.optional().describe('Environment variables, in addition to review.env'),
  replicas: z.int().min(1).max(10).optional().describe('Replaces review.replicas'),
  helm: reviewHelmSchema.optional().describe('Replaces review.helm'),
});

/** `review`: the environments of pull requests. */
export const reviewSchema = z.strictObject({
  host: host
    .optional()
    .describe(
      'Host name. {number} is the pull request, {address} the address of the ingress controller with dashes, {variant} the variant; without {variant} the variant follows the number. Default: pr-{number}.<app>.localhost',
    ),
  variants: z
    .record(label('a variant', 20), variant)
    .optional()
    .describe('Several environments for one pull request, selected by the input `variant`: what differs in each'),
  database: databaseSchema.optional().describe('The database of each environment'),
  services: z.record(label('a service name', 40), serviceSchema).optional().describe('Host name → service'),
  ttl: duration.optional().describe('Time after the last deploy at which the environment may be removed; default 7d'),
  sleep: duration
    .optional()
    .describe(
      'Time after the last deploy, wake or extension at which the environment sleeps: nothing runs, and the database is kept. Default: never',
    ),
  max: z
    .int()
    .min(1)
    .optional()
    .describe('Maximum number of environments of this app; further ones wait in a queue. Default: no limit'),
  env: envMap
    .optional()
    .describe(
      'Environment variables in review environments, in addition to deploy.env; can contain placeholders (docs/pods.md)',
    ),
  secretEnv: secretEnvSchema
    .optional()
    .describe(
      'Variables of the app from variables of the step, as in environments. Everybody who may push a branch can read them; code of a fork never gets them',
    ),
  replicas: z
    .int()
    .min(1)
    .max(10)
    .optional()
    .describe('Number of pods; default 1, and for your own objects what they say'),
  crons: z
    .union([z.boolean(), z.array(z.string())])
    .optional()
    .describe('Crons that run by their schedule in review environments: `true` for all, or their names; default: none'),
  ...reviewObjectsSchema,
  tests: z
    .array(z.string())
    .optional()
    .describe('Names of the tests (with against: review) to run; default: all of them'),
  cluster: clusterSchema.optional().describe('Default: the cluster of the environment staging'),
  quota: z
    .strictObject({
      cpu: quantity.optional().describe('Sum of the CPU requests; default 4'),
      memory: quantity.optional().describe('Sum of the memory limits; default 8Gi'),
      pods: z.int().min(1).optional().describe('Number of pods; default 30'),
      storage: quantity.optional().describe('Sum of the volumes; default 20Gi'),
      ephemeralStorage: quantity
        .optional()
        .describe('Sum of the limits of disk on the nodes, by default 2Gi for a container; default 32Gi'),
    })
    .optional()
    .describe('Limits of one environment'),
  pullSecret: pullSecret
    .optional()
    .describe(
      'The Secret with which the nodes log in to the registry: copied into each environment on each deploy. Default: none',
    ),
  podSecurity: z
    .enum(['baseline', 'restricted'])
    .optional()
    .describe(
      'Pod Security Standard of the namespace; restricted needs images whose USER is a number. Default baseline',
    ),
  egress: z
    .array(z.string().regex(NETWORK, 'internet, or a network such as 203.0.113.0/24'))
    .optional()
    .describe(
      'What the pods may reach in addition to their own namespace and DNS: internet, or networks (CIDR). Default: nothing',
    ),
  patches: patches
    .optional()
    .describe('Changes of the objects in review environments, after deploy.patches; those of the default branch alone'),
  tls: tlsSchema
    .optional()
    .describe(
      'Serve HTTPS: `true` uses the certificate of the ingress controller, an object names another one. Default: true, except for *.localhost and for hosts with {address}',
    ),
  ingress: ingressSchema.optional().describe('Replaces keys of `ingress` in review environments'),
  access: accessSchema.optional().describe('Who may open it; default: everybody who can reach it'),
});

export type ReviewConfig = z.infer<typeof reviewSchema>;
