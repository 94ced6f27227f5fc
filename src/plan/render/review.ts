import type { Images } from '../../objects/images.ts';
import { withPullSecrets } from '../../objects/pull-secrets/with-pull-secrets.ts';
import type { KubeObject } from '../../ports.ts';
import { databaseSecret, databaseService, databaseStatefulSet } from '../review/database/objects.ts';
import { isolationObjects, namespaceObject } from '../review/environment/isolation.ts';
import type { Exposed } from '../review/environment/isolation-spec.ts';
import { reviewAppObjects } from '../review/objects.ts';
import { PULL_SECRET } from '../review/pull-secret.ts';
import { reviewServiceObjects } from '../review/services.ts';
import type { ReviewUpPlan } from '../review-plan.ts';
import { type RenderedEnvironment, withoutSecrets } from './rendered.ts';

/** What a run knows beside the plan. */
export interface ReviewFacts {
  /** By digest, or by the tag of the commit. */
  images: Images;
  /** Full commit id. */
  commit: string;
  /** RFC 3339. */
  expiresAt: string;
}

/** The objects of the app in a review environment, in the order in which a run writes them. */
export interface RenderedApp {
  jobs: KubeObject[];
  objects: KubeObject[];
  exposed: readonly Exposed[];
  notes: string[];
}

/**
 * The objects of a new review environment, in the order in which a run writes them.
 * @param own the app of the team's objects; default: the app that Slipway writes
 * @throws UserError for a patch that does not apply
 */
export function renderReview(
  plan: ReviewUpPlan,
  { images, commit, expiresAt }: ReviewFacts,
  own?: RenderedApp,
): RenderedEnvironment {
  const { isolation, database, services, owner, namespace, run, sleepAfter, pullSecret } = plan;
  const written = { images, commit, nativeSleep: true, unseeded: true };
  const app = own ?? { ...reviewAppObjects(plan, written), exposed: isolation.exposed };
  const all: KubeObject[] = [
    namespaceObject(isolation, { commit, images, run, expiresAt, sleepAfter }),
    ...isolationObjects({ ...isolation, exposed: app.exposed }),
    ...(database === undefined ? [] : [databaseSecret(database, owner, namespace, '')]),
    ...(database === undefined || database.server
      ? []
      : [databaseService(database, owner, namespace), databaseStatefulSet(database, owner, namespace)]),
    ...reviewServiceObjects(services, owner, namespace),
    ...app.jobs,
    ...app.objects,
  ];
  return {
    notes: [
      `review environment of pull request #${owner.number}, namespace ${namespace}, Kubernetes 1.30 or newer`,
      'As if the default branch had this slipway.yml: on a pull request, its limits count.',
      ...(Object.keys(plan.secretEnv).length > 0 ? ['Not shown: the Secret of secretEnv, named by its values.'] : []),
      ...(pullSecret === undefined
        ? []
        : [`Not shown: Secret ${PULL_SECRET}, a copy of the Secret of review.pullSecret.`]),
      ...plan.notes,
      ...app.notes,
    ],
    objects: withPullSecrets(all, pullSecret === undefined ? [] : [PULL_SECRET]).map(withoutSecrets),
  };
}
