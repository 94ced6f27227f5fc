import type { Config } from '../../config/schema.ts';
import { asksForCertificate, type IngressSpec } from '../../objects/ingress/ingress-spec.ts';
import { hasHost, INGRESSES } from '../../objects/ingress/kinds.ts';
import { planIngress } from '../ingress/plan-ingress.ts';
import { reviewClusterOf } from './cluster.ts';
import { reviewHost } from './host.ts';

/**
 * The ingress of the environment of a pull request, with warnings.
 * @throws UserError for an invalid host, and for an ingress that this kind cannot provide
 */
export function planReviewIngress(
  config: Config,
  number: number,
  variant?: string,
): { ingress: IngressSpec | undefined; warnings: string[] } {
  const review = config.review ?? {};
  const named = hasHost({ kind: review.ingress?.kind ?? config.ingress?.kind ?? 'ingress' });
  const [cluster] = reviewClusterOf(config);
  const ingress = planIngress(
    {
      where: 'review',
      host: named ? reviewHost(review.host, config.app, number, variant) : review.host,
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
  const { reviewWarning } = INGRESSES[ingress.kind];
  return [
    ...(asksForCertificate(ingress)
      ? [
          "each review environment requests its own certificate, and Let's Encrypt issues 50 a week per registered domain: a wildcard certificate of the ingress controller (review.tls: true) serves all of them",
        ]
      : []),
    ...(reviewWarning === undefined ? [] : [reviewWarning]),
  ];
}
