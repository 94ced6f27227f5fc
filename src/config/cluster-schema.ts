import * as z from 'zod';

/** The cluster of an environment. */
export const clusterSchema = z.union([
  z.strictObject({
    gke: z
      .string()
      .regex(
        /^projects\/[^/<>]+\/locations\/[^/<>]+\/clusters\/[^/<>]+$/,
        'must be projects/…/locations/…/clusters/…, as `gcloud container clusters list --uri` shows',
      )
      .describe('A GKE cluster, as projects/…/locations/…/clusters/…'),
    endpoint: z
      .enum(['auto', 'dns', 'public', 'private'])
      .optional()
      .describe('Address of the control plane; default auto: the DNS-based one where it accepts outside traffic'),
  }),
  z.strictObject({
    context: z.string().min(1).describe('Any other cluster: a context of a kubeconfig'),
    kubeconfig: z.string().optional().describe('Path of that kubeconfig; default: the variable KUBECONFIG'),
  }),
]);

export type ClusterConfig = z.infer<typeof clusterSchema>;
