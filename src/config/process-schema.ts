import * as z from 'zod';
import { placementShape } from './pod-schema.ts';
import { autoscaleSchema, probesSchema } from './probe-schema.ts';
import { command, duration, envMap, host, label, path, port, quantity } from './values.ts';

const replicas = z.int().min(0).max(1000).optional();

/**
 * Keys about a pod. They are the same for the app of the short form, for all pods of the long form (in `deploy`), for one
 * process and for one cron. A key that is added here is one of all of them.
 */
export const podShape = {
  env: envMap
    .optional()
    .describe('Environment variables of the app, in every environment; can contain placeholders (docs/pods.md)'),
  secrets: z.array(label('a Secret', 253)).optional().describe('Secrets of the namespace whose keys become variables'),
  resources: z
    .strictObject({
      cpu: quantity.optional().describe('CPU request'),
      memory: quantity.optional().describe('Memory request and limit'),
    })
    .optional()
    .describe('CPU and memory of a pod'),
  ...placementShape,
};

/** Keys of the app of the short form that a process has as well. */
export const processShape = {
  port: port.optional().describe('Port that the app listens on, on all addresses; default 8080'),
  health: path.optional().describe('Path of the health check; default: the port must accept connections'),
  replicas: replicas.describe('Number of pods; default 2'),
  command: command.optional().describe('Command; default: the command of the image'),
  startup: duration
    .optional()
    .describe(
      'How long a pod may take until its health check passes for the first time, default 60s. A process without a port and probes: how long a pod must run without a restart until it is ready, default 10s',
    ),
  drain: duration.optional().describe('How long a pod keeps serving after it leaves the Service; default 5s'),
  grace: duration
    .optional()
    .describe('How long a pod may take to end after SIGTERM, in addition to `drain`; default 30s'),
  probes: probesSchema
    .optional()
    .describe('Probes of the container; default: the health check for startup and readiness'),
  autoscale: autoscaleSchema
    .optional()
    .describe('A HorizontalPodAutoscaler decides the number of pods, in place of `replicas`; false: none'),
};

/** Keys of `deploy` that an environment can replace. */
const { env: _env, secrets: _secrets, ...replaceable } = podShape;
export const environmentPodShape = { ...replaceable, probes: processShape.probes, autoscale: processShape.autoscale };

const image = label('an image', 40)
  .optional()
  .describe('Name of its image in `images`; needed only where there are several');

/** In the host of a process: the host of the environment. */
export const HOST = '{host}';

const processHost = host.describe(
  'Host name of this process; {host} is the host of the environment, as in api-{host}. Default: the host of the environment',
);

/** One entry of `deploy.processes`. */
export const processSchema = z.strictObject({
  image,
  ...processShape,
  port: port
    .optional()
    .describe(
      'Port that the process listens on, on all addresses. Without it there are no Service and no health check',
    ),
  replicas: replicas.describe('Number of pods; default: 2 for a process with a port, otherwise 1'),
  paths: z
    .array(path)
    .optional()
    .describe(
      'Paths that lead to this process, with everything below them; [] for none. Default: / for a process with a host, and for the only one with a port',
    ),
  host: processHost.optional(),
  after: z
    .array(z.string())
    .min(1)
    .optional()
    .describe('Processes that must be ready before a rollout writes this one'),
  ...podShape,
  env: envMap.optional().describe('Environment variables of this process, in addition to deploy.env'),
  secrets: podShape.secrets.describe('Secrets whose keys become variables, in addition to deploy.secrets'),
});

/** One entry of `deploy.crons`. */
export const cronSchema = z.strictObject({
  image,
  command: command.describe('Command that runs at the times of the schedule'),
  schedule: z
    .string()
    .min(1)
    .describe('Minute, hour, day of the month, month and day of the week, as in "0 3 * * *"; or @daily and the like'),
  timeZone: z.string().min(1).optional().describe('Time zone of the schedule, such as Europe/Berlin; default Etc/UTC'),
  deadline: duration.optional().describe('How long one run may take; default: no limit'),
  concurrency: z
    .enum(['forbid', 'replace', 'allow'])
    .optional()
    .describe(
      'What happens at a time of the schedule while the last run is not over: no run, a run in its place, or a run beside it; default forbid',
    ),
  history: z
    .int()
    .min(0)
    .max(100)
    .optional()
    .describe('How many runs that succeeded, and that failed, are kept; default 3'),
  retries: z.int().min(0).max(10).optional().describe('How often a run that failed is repeated at once; default 0'),
  suspend: z.boolean().optional().describe('Never runs by its schedule; default false'),
  ...podShape,
  env: envMap.optional().describe('Environment variables of this cron, in addition to deploy.env'),
  secrets: podShape.secrets.describe('Secrets whose keys become variables, in addition to deploy.secrets'),
});

export const processName = label('a process', 30);
export const cronName = label('a cron', 30);

/** `deploy.migrate`: the command alone, or with its image. */
export const migrateSchema = z.union([
  command,
  z.strictObject({ image, command: command.describe('Command of the migration') }),
]);

/** `environments.<name>.processes.<process>`: what differs there. */
export const processOverride = processSchema
  .omit({ image: true, port: true, health: true, paths: true, after: true })
  .extend({ replicas: replicas.describe('Number of pods in this environment') });

/** `environments.<name>.crons.<cron>`: what differs there. */
export const cronOverride = cronSchema.omit({ image: true }).partial();

const podSchema = z.strictObject(podShape);
export type PodConfig = z.infer<typeof podSchema>;
export type ProcessConfig = z.infer<typeof processSchema>;
export type CronConfig = z.infer<typeof cronSchema>;
export type MigrateConfig = z.infer<typeof migrateSchema>;
