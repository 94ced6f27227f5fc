import * as z from 'zod';
import { objectName, quantity, text } from './values.ts';

/** Keys about a pod that Kubernetes has under the same or a similar name. They are the same wherever a pod is described. */

/** @see https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#syntax-and-character-set */
const QUALIFIED = /^([a-z0-9]([a-z0-9.-]*[a-z0-9])?\/)?[A-Za-z0-9]([A-Za-z0-9._-]{0,61}[A-Za-z0-9])?$/;
const LABEL_VALUE = /^([A-Za-z0-9]([A-Za-z0-9._-]{0,61}[A-Za-z0-9])?)?$/;
/** Keys by which Slipway and others find the pods of an app. */
const OWNED = /^(slipway\.dev\/.*|app\.kubernetes\.io\/(name|component|managed-by))$/;

const qualified = z
  .string()
  .regex(QUALIFIED, 'letters, digits, "-", "_" and ".", with a DNS prefix and "/" where it is not your own')
  .refine((key) => !OWNED.test(key), { error: 'is written by Slipway' });
const labelValue = z
  .string()
  .regex(LABEL_VALUE, 'at most 63 letters, digits, "-", "_" and "."')
  .meta({ type: ['string', 'number', 'boolean'] });
const id = z.int().min(0).max(2_147_483_647).optional();

const accountName = objectName('a ServiceAccount');
const serviceAccount = z.union([
  accountName,
  z.strictObject({
    name: accountName.describe('Name of the ServiceAccount'),
    annotations: z
      .record(qualified, text)
      .optional()
      .describe(
        'Slipway creates the ServiceAccount with these annotations, as Workload Identity needs. Default: it exists',
      ),
    token: z.boolean().optional().describe('Mount its token, for an app that uses the API server; default false'),
  }),
]);

/** What a volume holds: one of these. */
const SOURCES = ['emptyDir', 'claim', 'secret', 'configMap'] as const;

const volume = z
  .strictObject({
    path: z
      .string()
      .regex(/^\/.*[^/]$/, 'an absolute path, without "/" at its end')
      .describe('Path in the container'),
    emptyDir: quantity.optional().describe('An empty volume of at most this size, which lives as long as the pod'),
    memory: z.boolean().optional().describe('With emptyDir: in memory, which counts as memory of the pod'),
    claim: objectName('a PersistentVolumeClaim').optional().describe('A PersistentVolumeClaim of the namespace'),
    secret: objectName('a Secret').optional().describe('A Secret of the namespace: a file for each key'),
    configMap: objectName('a ConfigMap').optional().describe('A ConfigMap of the namespace: a file for each key'),
    items: z
      .record(z.string().regex(/^[-._a-zA-Z0-9]+$/, 'a key of the Secret or ConfigMap'), z.string().min(1))
      .optional()
      .describe('With secret or configMap: key → file, relative to `path`; default: all keys'),
    subPath: z.string().min(1).optional().describe('With claim: folder of the volume; default: all of it'),
    readOnly: z.boolean().optional().describe('With claim: mount it read-only; default false'),
  })
  .refine((given) => SOURCES.filter((source) => given[source] !== undefined).length === 1, {
    error: 'give one of emptyDir, claim, secret and configMap',
  })
  .refine(({ memory, emptyDir }) => memory === undefined || emptyDir !== undefined, {
    path: ['memory'],
    error: 'is for emptyDir',
  })
  .refine(({ items, secret, configMap }) => items === undefined || (secret ?? configMap) !== undefined, {
    path: ['items'],
    error: 'is for secret and configMap',
  })
  .refine((given) => given.claim !== undefined || (given.subPath ?? given.readOnly) === undefined, {
    error: 'subPath and readOnly are for claim',
  });

const toleration = z.strictObject({
  key: qualified.optional().describe('Key of the taint; default: every taint, with operator Exists'),
  operator: z.enum(['Equal', 'Exists']).optional().describe('Default Equal'),
  value: text.optional().describe('Value of the taint'),
  effect: z.enum(['NoSchedule', 'PreferNoSchedule', 'NoExecute']).optional().describe('Default: every effect'),
  tolerationSeconds: z.int().min(0).optional().describe('With NoExecute: how long the pod stays; default: for ever'),
});

const spread = z.strictObject({
  topologyKey: z.string().min(1).describe('Label of the nodes, such as topology.kubernetes.io/zone'),
  maxSkew: z.int().min(1).optional().describe('Default 1'),
  whenUnsatisfiable: z.enum(['ScheduleAnyway', 'DoNotSchedule']).optional().describe('Default ScheduleAnyway'),
});

const securityContext = z.strictObject({
  runAsUser: id.describe('User id of the processes; default: the user of the image'),
  runAsGroup: id.describe('Group id of the processes'),
  runAsNonRoot: z.boolean().optional().describe('Refuse to run as root; default: true with a runAsUser other than 0'),
  fsGroup: id.describe('Group that owns the volumes'),
  supplementalGroups: z.array(z.int().min(0)).optional().describe('Further group ids'),
  readOnlyRootFilesystem: z.boolean().optional().describe('Nothing but volumes can be written; default false'),
});

/** Everything about a pod but variables, Secrets and resources. */
export const placementShape = {
  serviceAccount: serviceAccount.optional().describe('ServiceAccount of the pods; default: `default`, without a token'),
  podAnnotations: z
    .record(qualified, text)
    .optional()
    .describe('Annotations of the pods; can contain placeholders (docs/pods.md)'),
  podLabels: z.record(qualified, labelValue).optional().describe('Labels of the pods'),
  volumes: z
    .record(z.string().regex(/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/, 'lower-case letters, digits and "-"'), volume)
    .optional()
    .describe('Volumes: name → volume'),
  nodeSelector: z.record(qualified, labelValue).optional().describe('Labels that a node must have'),
  tolerations: z.array(toleration).optional().describe('Taints of nodes that the pods tolerate'),
  topologySpread: z
    .array(spread)
    .optional()
    .describe('How the pods spread over the nodes; default: over the hosts, where possible'),
  securityContext: securityContext.optional().describe('User, groups and root file system of the containers'),
  priorityClass: objectName('a PriorityClass').optional().describe('PriorityClass of the pods'),
};

const placement = z.strictObject(placementShape);
export type PlacementConfig = z.infer<typeof placement>;
export type VolumeConfig = z.infer<typeof volume>;
