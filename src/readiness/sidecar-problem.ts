import { type ContainerStatus, culpritOf, type PodView, sidecarsOf, type Terminated } from './pod-view.ts';
import { type Failed, failed } from './verdict.ts';

/** Exit codes of a sidecar that the kubelet ends after the other containers: 0, SIGTERM and SIGKILL. */
const STOPPED = new Set([0, 137, 143]);

/** The remedy for the Auth Proxy of Cloud SQL, whose log holds the answer of Google. */
const CLOUD_SQL =
  'Read the cause in its last log lines. NOT_AUTHORIZED or 403: grant its service account roles/cloudsql.client, and roles/cloudsql.instanceUser for a login by `iam`. accessNotConfigured: enable sqladmin.googleapis.com. An address that the instance does not have: set `via`. No token: annotate the ServiceAccount for Workload Identity (`serviceAccount`).';

/** What to do about a container that ends by itself. */
export function remedyFor(container: string, other: string): string {
  return /cloud-?sql/.test(container) ? CLOUD_SQL : other;
}

/** A sidecar that ended by itself: the containers that need it fail for that reason. undefined: there is none. */
export function brokenSidecar(pod: PodView): Failed | undefined {
  const sidecars = sidecarsOf(pod);
  for (const status of pod.status?.initContainerStatuses ?? []) {
    if (!sidecars.includes(status.name)) continue;
    const found = endedByItself(status);
    if (found === undefined) continue;
    return failed(
      `its sidecar ${status.name} ended by itself with exit code ${found.last.exitCode}`,
      remedyFor(status.name, 'Read the cause in its last log lines.'),
      { culprit: culpritOf(pod, status.name, found.previous) },
    );
  }
  return undefined;
}

function endedByItself({ state, lastState }: ContainerStatus): { last: Terminated; previous: boolean } | undefined {
  for (const [last, previous] of [
    [state?.terminated, false],
    [lastState?.terminated, true],
  ] as const) {
    if (last && !STOPPED.has(last.exitCode)) return { last, previous };
  }
  return undefined;
}
