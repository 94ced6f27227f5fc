import * as z from 'zod';
import { label, quantity } from './values.ts';

const DAY = /^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$/;

const accept = z.strictObject({
  code: z.string().min(1).describe('Code of the finding, such as runs-as-root'),
  where: z
    .string()
    .min(1)
    .optional()
    .describe('Only there: the file, the object, its name, or the environment. Default: everywhere'),
  because: z.string().min(1).describe('Why it is accepted, for those who read it later'),
  until: z.string().regex(DAY, 'a date such as 2027-03-31').describe('Last day on which it is accepted'),
});

const difference = z.strictObject({
  what: z.string().min(1).describe('What the next environment lacks, as the finding names it: variable DEBUG'),
  where: z.string().min(1).optional().describe('Only there: the object, or its name. Default: everywhere'),
  because: z.string().min(1).describe('Why it is wanted, for those who read it later'),
});

const pool = z.strictObject({
  count: z.int().min(0).max(10_000).describe('Nodes now'),
  max: z.int().min(0).max(10_000).optional().describe('Nodes at the end of the autoscaler; default: `count`'),
  cpu: quantity.describe('Allocatable CPU of one node, as `kubectl describe node` shows it'),
  memory: quantity.describe('Allocatable memory of one node'),
});

/** `preflight`: what is checked before an image is pushed. */
export const preflightSchema = z.strictObject({
  nodes: z
    .record(label('a node pool', 63), pool)
    .optional()
    .describe('Node pool → its nodes: what the app can ask for at once is compared with it'),
  others: z
    .strictObject({
      cpu: quantity.optional().describe('Sum of the CPU requests'),
      memory: quantity.optional().describe('Sum of the memory requests'),
    })
    .optional()
    .describe('Requests of everything else in the cluster, such as kube-system; default: none'),
  differences: z
    .array(difference)
    .optional()
    .describe(
      'Differences that are wanted between an environment and the one of its `promoteFrom`. On a pull request, those of the default branch count',
    ),
  openapi: z
    .string()
    .regex(/^\//, 'a path, which begins with /')
    .optional()
    .describe(
      'Path where the processes serve the description of their API as JSON; default: /openapi.json, /v3/api-docs and /swagger/v1/swagger.json',
    ),
  accept: z
    .array(accept)
    .optional()
    .describe(
      'Findings that are accepted, with a reason and a last day. On a pull request, those of the default branch count',
    ),
});

export type AcceptConfig = z.infer<typeof accept>;
export type DifferenceConfig = z.infer<typeof difference>;
export type PreflightConfig = z.infer<typeof preflightSchema>;
