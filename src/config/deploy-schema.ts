import * as z from 'zod';
import { command, duration, envMap, label, port, quantity } from './values.ts';

const PATH = /^\//;

const resources = z.strictObject({
  cpu: quantity.optional().describe('CPU request'),
  memory: quantity.optional().describe('Memory request and limit'),
});

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
    port: port.optional().describe('Port that the app listens on, on all addresses; default 8080'),
    health: z
      .string()
      .regex(PATH, 'must be a path that begins with "/"')
      .optional()
      .describe('Path of the health check; default: the port must accept connections'),
    replicas: z.int().min(0).max(1000).optional().describe('Number of pods; default 2'),
    command: command.optional().describe('Command; default: the command of the image'),
    migrate: command.optional().describe('Command that runs once per image, before the rollout, as a Job'),
    reversible: z
      .boolean()
      .optional()
      .describe(
        'The previous release works with the schema that `migrate` leaves, so that Slipway may roll a failed rollout back; default false',
      ),
    env: envMap.optional().describe('Environment variables of the app, in every environment'),
    secrets: z
      .array(label('a Secret', 253))
      .optional()
      .describe('Secrets of the namespace whose keys become variables'),
    resources: resources.optional().describe('CPU and memory of a pod'),
    startup: duration
      .optional()
      .describe('How long a pod may take until its health check passes for the first time; default 60s'),
    drain: duration.optional().describe('How long a pod keeps serving after it leaves the Service; default 5s'),
    manifests: z.string().optional().describe('File or folder of manifests; {environment} is replaced'),
    kustomize: z.string().optional().describe('Folder of a kustomization; {environment} is replaced'),
    helm: helm.optional().describe('A Helm chart; Slipway renders it and applies the objects itself'),
  })
  .refine((d) => [d.manifests, d.kustomize, d.helm].filter((source) => source !== undefined).length <= 1, {
    error: 'only one of manifests, kustomize and helm can be given',
  });

export type DeployConfig = z.infer<typeof deploySchema>;
