import { EnvironmentError } from '../../errors.ts';
import type { ReapPlan } from '../../plan/reap/reap-plan.ts';
import {
  type ReviewNamespace,
  repositorySelector,
  reviewNamespaceOf,
} from '../../plan/review/environment/review-namespace.ts';
import type { GitHub } from '../../ports.ts';
import type { Site } from '../site.ts';

export const NAMESPACE = { apiVersion: 'v1', kind: 'Namespace' };

/** The review environments of the repository in the cluster, by metadata, page by page. */
export async function environmentsIn(plan: ReapPlan, { cluster, log }: Site): Promise<ReviewNamespace[]> {
  const labelSelector = repositorySelector(plan.repositoryId);
  const listed = await cluster.list(NAMESPACE, { labelSelector, metadataOnly: true });
  const environments: ReviewNamespace[] = [];
  for (const { metadata } of listed) {
    if (plan.namespace !== undefined && metadata.name !== plan.namespace) continue;
    const environment = reviewNamespaceOf(metadata, plan.repositoryId);
    if (environment) environments.push(environment);
    else log.info(`namespace ${metadata.name} is kept: its labels do not identify a review environment`);
  }
  return environments;
}

/**
 * Numbers of the open pull requests.
 * @throws EnvironmentError if not all can be read, or if they belong to another repository; then nothing may be removed
 */
export async function openNumbers({ repositoryId }: ReapPlan, github: GitHub): Promise<Set<number>> {
  const id = await github.repositoryId();
  if (id !== repositoryId) {
    throw new EnvironmentError(`the token belongs to repository ${id}, and this run to repository ${repositoryId}`, {
      remedy: 'Nothing was removed. Pass a token that can read the pull requests of this repository.',
    });
  }
  return new Set((await github.openPullRequests()).map(({ number }) => number));
}
