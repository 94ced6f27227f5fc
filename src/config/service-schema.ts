import * as z from 'zod';
import { SERVICE_ENGINES } from './engines.ts';
import { podShape } from './process-schema.ts';
import { command, envMap, label, port } from './values.ts';

const engineSchema = z.enum(SERVICE_ENGINES);

const shape = {
  engine: engineSchema.optional().describe('A known service: its port, health check and variables come with it'),
  name: label('a service name', 40).optional().describe('Host name of the service; default: the name of the engine'),
  image: z.string().optional().describe('Image; default: the official image of the engine at a pinned version'),
  port: port.optional().describe('Port that it listens on; default: the port of the engine'),
  env: envMap.optional().describe('Environment variables of the service'),
  command: command.optional().describe('Arguments; default: the arguments of the image'),
  health: command.optional().describe('Command in the service’s container that succeeds when it is ready'),
};

/** A service of tests and of review environments. */
export const serviceSchema = z.union([engineSchema, z.strictObject(shape)]);

/** A service of a persistent environment. */
export const environmentServiceSchema = z.union([
  engineSchema,
  z.strictObject({
    ...shape,
    resources: podShape.resources.describe('CPU and memory of its pod; default: 10m, and at most 512Mi'),
  }),
]);

export type EnvironmentServiceConfig = z.infer<typeof environmentServiceSchema>;
export type ServiceConfig = z.infer<typeof serviceSchema>;
