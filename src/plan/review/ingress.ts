import type { Config } from '../../config/schema.ts';
import { asksForCertificate, type IngressSpec } from '../../objects/ingress/ingress-spec.ts';
import { planIngress } from '../ingress/plan-ingress.ts';
import { reviewClusterOf } from './cluster.ts';
import { reviewHost } from './host.ts';

/**
 * The way in to the environment of a pull request, and what should be known about it.
 * @throws UserError for a host that is none, and for a way that cannot be
 */
export function planReviewIngress(
  config: Config,
  number: number,
  variant?: string,
): { ingress: IngressSpec | undefined; warnings: string[] } {
  const review = config.review ?? {};
  const balanced = (review.ingress?.kind ?? config.ingress?.kind) === 'load-balancer';
  const [cluster] = reviewClusterOf(config);
  const ingress = planIngress(
    {
      where: 'review',
      host: balanced ? review.host : reviewHost(review.host, config.app, number, variant),
      tls: review.tls,
      own: review.ingress,
      access: review.access,
      onGke: cluster !== undefined && 'gke' in cluster,
    },
    config,
  );
  return { ingress, warnings: ingress ? warningsOf(ingress) : [] };
}

/** @see https://letsencrypt.org/docs/rate-limits/ */
function warningsOf(ingress: IngressSpec): string[] {
  return [
    ...(asksForCertificate(ingress)
      ? [
          "each review environment asks for a certificate of its own, and Let's Encrypt gives 50 of them a week for a registered domain: a wildcard as the ingress controller's own certificate (review.tls: true) serves them all",
        ]
      : []),
    ...(ingress.kind === 'gke'
      ? [
          'ingress.kind: gke makes a load balancer for each review environment, which costs by the hour and takes minutes to begin: a Gateway (kind: gateway) is shared by all',
        ]
      : []),
  ];
}
