import * as z from 'zod';
import { duration, path, port } from './values.ts';

const probe = z.strictObject({
  path: path.optional().describe('GET of this path must answer 200 to 399'),
  headers: z
    .record(z.string(), z.string())
    .optional()
    .describe('With path: headers; Host is the host of the app by default'),
  port: port
    .optional()
    .describe('Port of `path`, or alone: a port that must accept connections; default: the port of the process'),
  command: z.array(z.string()).min(1).optional().describe('Command in the container that must succeed'),
  delay: duration.optional().describe('Time until the first probe; default: none'),
  period: duration
    .optional()
    .describe('Time between probes; default 1s for startup, 5s for readiness, 10s for liveness'),
  timeout: duration.optional().describe('Time until a probe counts as failed; default 3s'),
  failures: z
    .int()
    .min(1)
    .optional()
    .describe(
      'Failures in a row that count; default 2 for readiness, 3 for liveness, and for startup as many as `startup` takes',
    ),
});

/** `probes` of a process. */
export const probesSchema = z.strictObject({
  startup: probe.optional().describe('Until it succeeds, the others wait. Default: the health check'),
  readiness: probe.optional().describe('While it fails, the pod gets no requests. Default: the health check'),
  liveness: probe.optional().describe('When it fails, Kubernetes restarts the container. Default: none'),
});

const percent = z.int().min(1).max(1000).optional();

/** `autoscale` of a process. */
export const autoscaleSchema = z.union([
  z.literal(false),
  z.strictObject({
    min: z.int().min(1).max(1000).optional().describe('Fewest pods; default 2'),
    max: z.int().min(1).max(1000).describe('Most pods'),
    cpu: percent.describe('Average CPU to keep, in percent of `resources.cpu`'),
    memory: percent.describe('Average memory to keep, in percent of `resources.memory`'),
  }),
]);

export type ProbeConfig = z.infer<typeof probe>;
export type ProbesConfig = z.infer<typeof probesSchema>;
export type AutoscaleConfig = Exclude<z.infer<typeof autoscaleSchema>, false>;
