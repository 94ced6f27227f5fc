import * as z from 'zod';
import { database } from './database-schema.ts';
import { access, ingress, tls } from './ingress-schema.ts';
import { command, duration, label, quantity } from './values.ts';

/**
 * The one definition of slipway.yml. The JSON Schema for editors is generated from it (`npm run schema`), the loader
 * checks with it, and its inferred type is what the rest of Slipway sees.
 */

const HOST = /^(\{number\}|[a-z0-9]|[a-z0-9*{][a-z0-9.{}-]*[a-z0-9}])$/;
const PATH = /^\//;
/** `internet`, or a CIDR; the API server checks the numbers. */
const NETWORK = /^(internet|[0-9a-fA-F.:]+\/\d{1,3})$/;
const ENV_NAME = /^[A-Za-z_][A-Za-z0-9_]*$/;

const host = z
  .string()
  .max(253)
  .regex(
    HOST,
    'a host name is lower-case letters, digits, "-" and ".", for example pr-{number}.parking.review.acme.dev',
  );
const port = z.int().min(1).max(65535);
const envMap = z.record(
  z.string().regex(ENV_NAME, 'not a name of an environment variable'),
  z.union([z.string(), z.number(), z.boolean()]).transform(String),
);
const engine = z.enum(['postgres', 'mysql', 'mariadb', 'redis', 'memcached']);

const service = z.union([
  engine,
  z.strictObject({
    engine: engine.optional().describe('A known service: its port, health check and variables come with it'),
    name: label('a service name', 40).optional().describe('Host name of the service; default: the engine'),
    image: z.string().optional().describe('Image; default: the official image of the engine at a pinned version'),
    port: port.optional().describe('Port that it listens on; default: that of the engine'),
    env: envMap.optional().describe('Environment variables of the service'),
    command: command.optional().describe('Arguments in place of those of the image'),
    health: command.optional().describe('Command in the service’s container that succeeds when it is ready'),
  }),
]);

const test = z.strictObject({
  run: command.describe('Command inside the built image'),
  services: z.array(service).optional().describe('Services on the private network of the test, waited for'),
  report: z
    .string()
    .optional()
    .describe('JUnit XML in the image, relative to its working directory; a file or a folder'),
  env: envMap.optional().describe('Environment variables of the test'),
  timeout: duration.optional().describe('Time limit; default 10m'),
  against: z
    .enum(['review'])
    .optional()
    .describe(
      'Black-box test: runs against the review URL, given as BASE_URL; with review.access.basicAuth also BASE_USERNAME and BASE_PASSWORD',
    ),
});

const resources = z.strictObject({
  cpu: quantity.optional().describe('CPU request'),
  memory: quantity.optional().describe('Memory request and limit'),
});

const helm = z.strictObject({
  chart: z.string().describe('Folder of the chart'),
  values: z.array(z.string()).optional().describe('Values files; {environment} is replaced'),
  set: z
    .record(z.string(), z.union([z.string(), z.number(), z.boolean()]))
    .optional()
    .describe('Single values, path → value'),
  release: label('a release name', 53).optional().describe('Name of the release; default: the app'),
});

const deploy = z
  .strictObject({
    port: port.optional().describe('Port that the app listens on, on all addresses; default 8080'),
    health: z
      .string()
      .regex(PATH, 'must be a path that begins with "/"')
      .optional()
      .describe('Path of the health check; default: the port must accept connections'),
    replicas: z.int().min(0).max(1000).optional().describe('Number of pods; default 2'),
    command: command.optional().describe('Command in place of that of the image'),
    migrate: command.optional().describe('Once per image, before the rollout, as a Job'),
    reversible: z
      .boolean()
      .optional()
      .describe(
        'The release before also works on the schema that `migrate` leaves, so that a failed rollout may go back by itself; default false',
      ),
    env: envMap.optional().describe('Environment variables of the app, in every environment'),
    secrets: z
      .array(label('a Secret', 253))
      .optional()
      .describe('Secrets of the namespace whose keys become variables'),
    resources: resources.optional().describe('What a pod asks of its node'),
    drain: duration
      .optional()
      .describe('How long a pod keeps serving after it is taken out of the Service; default 5s'),
    manifests: z.string().optional().describe('File or folder of manifests; {environment} is replaced'),
    kustomize: z.string().optional().describe('Folder of a kustomization; {environment} is replaced'),
    helm: helm.optional().describe('A Helm chart; Slipway renders it and applies the objects itself'),
  })
  .refine((d) => [d.manifests, d.kustomize, d.helm].filter((source) => source !== undefined).length <= 1, {
    error: 'only one of manifests, kustomize and helm can be given',
  });

/** What can differ between the environments of a pull request. */
const variant = z.strictObject({
  database: database.optional().describe('In place of review.database'),
  services: z.record(label('a service name', 40), service).optional().describe('In place of review.services'),
  env: envMap.optional().describe('Environment variables, on top of review.env'),
  replicas: z.int().min(1).max(10).optional().describe('In place of review.replicas'),
});

const review = z.strictObject({
  host: host
    .optional()
    .describe(
      'Host name; {number} is the pull request, {variant} the variant, which without it follows the number, {address} the address of the ingress controller with dashes. Default: pr-{number}.<app>.localhost',
    ),
  variants: z
    .record(label('a variant', 20), variant)
    .optional()
    .describe('Several environments for one pull request, by the input `variant`: what differs in each'),
  database: database.optional().describe('The database of each environment'),
  services: z.record(label('a service name', 40), service).optional().describe('Host name → service'),
  ttl: duration.optional().describe('Time after the last deploy at which the environment may be removed; default 7d'),
  sleep: duration
    .optional()
    .describe(
      'Time after the last deploy, wake or extension at which the environment sleeps: nothing runs, the database is kept. Default: never',
    ),
  max: z
    .int()
    .min(1)
    .optional()
    .describe('The most environments of this app at a time; further ones wait in a queue. Default: no limit'),
  env: envMap.optional().describe('Further environment variables in review environments'),
  replicas: z.int().min(1).max(10).optional().describe('Number of pods; default 1'),
  tests: z
    .array(z.string())
    .optional()
    .describe('Names of the tests (with against: review) to run; default: all of them'),
  cluster: z
    .lazy(() => cluster)
    .optional()
    .describe('Default: that of the environment staging'),
  quota: z
    .strictObject({
      cpu: quantity.optional().describe('Sum of the CPU requests'),
      memory: quantity.optional().describe('Sum of the memory limits'),
      pods: z.int().min(1).optional().describe('Number of pods'),
      storage: quantity.optional().describe('Sum of the volumes'),
    })
    .optional()
    .describe('The most that one environment may use'),
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
      'What the pods may reach besides their own namespace and DNS: internet, or networks (CIDR). Default: nothing',
    ),
  tls: tls
    .optional()
    .describe(
      'Serve https: true, with the certificate of the ingress controller, or with one of another origin. Default true, but not for *.localhost, and not for hosts with {address}',
    ),
  ingress: ingress.optional().describe('In place of keys of `ingress`, in review environments'),
  access: access.optional().describe('Who is let in; default: everybody who can reach it'),
});

const cluster = z.union([
  z.strictObject({
    gke: z
      .string()
      .regex(
        /^projects\/[^/]+\/locations\/[^/]+\/clusters\/[^/]+$/,
        'must be projects/…/locations/…/clusters/…, as `gcloud container clusters list --uri` shows',
      )
      .describe('A GKE cluster, as projects/…/locations/…/clusters/…'),
    endpoint: z
      .enum(['auto', 'dns', 'public', 'private'])
      .optional()
      .describe('Address of the control plane; default auto: the DNS-based one where it lets outside traffic in'),
  }),
  z.strictObject({
    context: z.string().min(1).describe('Any other cluster: a context of a kubeconfig'),
    kubeconfig: z.string().optional().describe('Path of that kubeconfig; default: the variable KUBECONFIG'),
  }),
]);

const environment = z.strictObject({
  cluster: cluster.optional().describe('Default: the inputs of the action, else KUBECONFIG'),
  namespace: label('a namespace', 63).describe(
    'Namespace of the environment; where promoteFrom is set it must exist, else it is created',
  ),
  host: host
    .optional()
    .describe('Host name; {address} is the address of the ingress controller. Default: none, and no Ingress'),
  replicas: z.int().min(0).max(1000).optional().describe('In place of deploy.replicas'),
  env: envMap.optional().describe('Environment variables in this environment, on top of deploy.env'),
  secrets: z
    .array(label('a Secret', 253))
    .optional()
    .describe('Secrets of this namespace whose keys become variables, on top of deploy.secrets'),
  promoteFrom: z.string().optional().describe('Only digests that this environment runs can be promoted'),
  githubEnvironment: z
    .string()
    .optional()
    .describe('GitHub environment that guards it; default: the name of the environment'),
  tls: tls
    .optional()
    .describe(
      'Serve https: true, with the certificate of the ingress controller, or with one of another origin. Default true, but not for *.localhost, and not for hosts with {address}',
    ),
  ingress: ingress.optional().describe('In place of keys of `ingress`, in this environment'),
});

const pattern = z.string().min(1);
const drift = z.strictObject({
  ignore: z
    .array(
      z
        .strictObject({
          manager: pattern.optional().describe('Field manager that may change it, such as reloader'),
          field: pattern.optional().describe('Field, as drift tells it, and everything inside of it'),
          kind: pattern.optional().describe('Kind of the object, such as ConfigMap'),
          name: pattern.optional().describe('Name of the object'),
        })
        .refine((rule) => Object.keys(rule).length > 0, { error: 'give manager, field, kind or name' }),
    )
    .optional()
    .describe('What others may change: all that an entry names has to fit, and * stands for any text'),
});

export const configSchema = z.strictObject({
  $schema: z.string().optional(),
  app: label('app', 40).describe('Name of the application; names of objects begin with it'),
  image: z
    .strictObject({
      repository: z
        .string()
        .regex(
          /^[a-z0-9][a-z0-9.-]*(:\d+)?(\/[a-z0-9]+([._-]+[a-z0-9]+)*)+$/,
          'must be host[:port]/path, in lower case and without a tag',
        )
        .describe('Where the image is pushed to: host/path without a tag'),
      context: z.string().optional().describe('Folder of the build; default: the working directory'),
      dockerfile: z.string().optional().describe('Path in that folder; default: Dockerfile'),
      target: z.string().optional().describe('Stage of the Dockerfile; default: the last one'),
      platforms: z
        .array(z.string().regex(/^[a-z0-9]+\/[a-z0-9]+(\/[a-z0-9]+)?$/, 'for example linux/amd64'))
        .optional()
        .describe('Such as linux/amd64; default: that of the engine'),
      args: envMap.optional().describe('Build arguments; never secrets, they stay in the image'),
      secrets: z
        .record(z.string(), z.string())
        .optional()
        .describe('BuildKit secret id → name of an environment variable of the step'),
    })
    .describe('How the image is built, and where it goes'),
  tests: z.record(label('a test name', 40), test).optional().describe('Tests, each a command in the built image'),
  deploy: deploy.default({}).describe('How the app runs; Slipway writes the objects, or takes the team’s own'),
  review: review.optional().describe('Review environments: a running copy of each pull request'),
  ingress: ingress.optional().describe('The way in: how the cluster lets requests in'),
  environments: z
    .record(label('an environment', 40), environment)
    .optional()
    .describe('Environments that stay, such as staging and production'),
  drift: drift.optional().describe('What the action drift does not report'),
});

/** slipway.yml after checking; defaults that depend on other keys are set by the plan. */
export type Config = z.infer<typeof configSchema>;
export type ClusterConfig = z.infer<typeof cluster>;
export type EnvironmentConfig = z.infer<typeof environment>;
export type DeployConfig = z.infer<typeof deploy>;
export type ReviewConfig = z.infer<typeof review>;
export type ServiceConfig = z.infer<typeof service>;
export type TestConfig = z.infer<typeof test>;
export type Engine = z.infer<typeof engine>;
export type { DatabaseConfig, SeedConfig } from './database-schema.ts';
export type { AccessConfig, IngressConfig, TlsConfig } from './ingress-schema.ts';
