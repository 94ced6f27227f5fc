import * as z from 'zod';

/** `review.helm`: what a review environment gives the chart of `deploy.helm`. */
export const reviewHelmSchema = z.strictObject({
  values: z
    .array(z.string())
    .optional()
    .describe('Values files in place of those of deploy.helm; {environment} is replaced by review'),
  set: z
    .record(z.string(), z.json())
    .optional()
    .describe(
      'Values by path, in addition to deploy.helm.set; {number}, {host}, {url}, {commit}, {namespace} and {database-secret} are replaced, and {{name}} stands for the text {name}',
    ),
});

/** A kind of Kubernetes, alone or with its group: RoleBinding, or RoleBinding.rbac.authorization.k8s.io. */
const KIND = /^[A-Z][A-Za-z0-9]*(\.[a-z0-9.-]+)?$/;

/** A kind, alone or with the name of an object. */
const OBJECT = /^[A-Z][A-Za-z0-9]*(\/[a-z0-9.:-]+)?$/;

/** Keys of `review` for the objects of a team. */
export const reviewObjectsSchema = {
  manifests: z.string().optional().describe('File or folder of manifests, in place of the objects of `deploy`'),
  kustomize: z.string().optional().describe('Folder of a kustomization, in place of the objects of `deploy`'),
  helm: reviewHelmSchema.optional().describe('Values for the chart of deploy.helm'),
  leaveOut: z
    .array(z.string().regex(OBJECT, 'a kind such as NetworkPolicy, or a kind and a name such as Ingress/admin'))
    .optional()
    .describe('Your own objects that review environments do not get: kinds, or kinds with a name (Ingress/admin)'),
  allow: z
    .array(
      z.union([
        z.literal('tolerations'),
        z.string().regex(KIND, 'a kind such as RoleBinding, or RoleBinding.rbac.authorization.k8s.io'),
      ]),
    )
    .optional()
    .describe(
      'Kinds of namespaced objects that your own objects may contain, in addition to those that cannot open the walls of the environment; tolerations: pods keep theirs. Only the default branch decides',
    ),
};
