import type { ReviewConfig } from '../../config/schema.ts';
import type { KubeObject } from '../../ports.ts';
import { type EnvironmentService, planServices, serviceObjects } from '../services/environment-services.ts';
import type { PodSecurity } from '../services/security.ts';
import { DATABASE } from './database/database.ts';
import { type Owner, ownerLabels } from './environment/owner.ts';

/**
 * Plans the services of `review.services`.
 * @throws UserError for a database engine (use review.database), a service without a port, a name that is in use
 */
export function planReviewServices(
  configured: ReviewConfig['services'],
  app: string,
  podSecurity: PodSecurity,
): EnvironmentService[] {
  return planServices(configured, {
    where: 'review.services',
    podSecurity,
    taken: { [DATABASE]: 'database', [app]: 'app' },
    remedyForDatabase: (engine) =>
      `Write it as \`review.database: { engine: ${engine} }\`. A second one: give image, port and env here, without engine.`,
    lasts: false,
  });
}

/** Their Deployments and Services in the namespace of the environment. */
export function reviewServiceObjects(
  services: readonly EnvironmentService[],
  owner: Owner,
  namespace: string,
): KubeObject[] {
  return serviceObjects(services, { namespace, labels: ownerLabels(owner) });
}
