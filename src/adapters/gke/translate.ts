import { EnvironmentError, messageOf, SlipwayError, UserError } from '../../errors.ts';
import { neutralise } from '../../text/neutralise.ts';
import type { GkePath } from './path.ts';

/** Canonical codes of gRPC. @see https://grpc.io/docs/guides/status-codes/ */
const CODE = { deadlineExceeded: 4, notFound: 5, permissionDenied: 7, unavailable: 14, unauthenticated: 16 } as const;

export function isNotFound(error: unknown): boolean {
  return codeOf(error) === CODE.notFound;
}

/**
 * Makes an error for people of a refusal by GKE.
 * @param principal the signed-in identity
 * @param near the clusters that the project does have, the most similar one first
 */
export function translateGkeError(error: unknown, gke: GkePath, principal: string, near: string[]): SlipwayError {
  if (error instanceof SlipwayError) return error;
  const details = neutralise(messageOf(error));
  switch (codeOf(error)) {
    case CODE.notFound:
      return noSuchCluster(gke, near, details);
    case CODE.permissionDenied:
      return 'reason' in Object(error) && Object(error).reason === 'SERVICE_DISABLED'
        ? apiDisabled(gke, details)
        : notPermitted(gke, principal, details);
    case CODE.unauthenticated:
      return new EnvironmentError(`GKE did not accept the sign-in of ${principal}`, { cause: error, details });
    case CODE.unavailable:
    case CODE.deadlineExceeded:
      return new EnvironmentError('container.googleapis.com could not be reached', {
        cause: error,
        details,
        remedy: 'Check the network of the runner, and proxies (HTTPS_PROXY); Google’s status: status.cloud.google.com.',
      });
    default:
      return new EnvironmentError(`GKE could not look up ${gke.name}`, { cause: error, details });
  }
}

function noSuchCluster(gke: GkePath, near: string[], details: string[]): UserError {
  const [first] = near;
  return new UserError(`there is no cluster ${gke.name}`, {
    details: near.length > 0 ? near.slice(0, 10).map((name) => `project ${gke.project} has ${name}`) : details,
    remedy: first
      ? `Did you mean ${first}? Correct \`cluster\`.`
      : 'Correct `cluster`: project id, region or zone, and name, as `gcloud container clusters list --uri` shows them.',
  });
}

function notPermitted(gke: GkePath, principal: string, details: string[]): EnvironmentError {
  return new EnvironmentError(`${principal} may not read cluster ${gke.name}: container.clusters.get is missing`, {
    details,
    remedy:
      `Give it roles/container.clusterViewer on project ${gke.project}; what it may do inside the cluster is a matter of ` +
      'Kubernetes RBAC (docs/google-cloud.md). A project that does not exist looks the same.',
  });
}

function apiDisabled(gke: GkePath, details: string[]): EnvironmentError {
  return new EnvironmentError(`the Kubernetes Engine API is not enabled in project ${gke.project}`, {
    details,
    remedy: `gcloud services enable container.googleapis.com --project=${gke.project}; it takes effect within a minute.`,
  });
}

function codeOf(error: unknown): number | undefined {
  const code: unknown = Object(error).code;
  return typeof code === 'number' ? code : undefined;
}
