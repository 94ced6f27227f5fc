import type { ContainerStatus, PodView } from './pod-view.ts';
import { failed, type Verdict, waiting } from './verdict.ts';

const PULL = new Set([
  'ErrImagePull',
  'ImagePullBackOff',
  'ErrImageNeverPull',
  'InvalidImageName',
  'ImageInspectError',
]);
/** The words of containerd and of registries for a missing image. */
const NOT_FOUND = /not found|manifest unknown|name unknown|NAME_UNKNOWN|MANIFEST_UNKNOWN|does not exist/i;
const DENIED = /unauthorized|authentication required|denied|forbidden|insufficient_scope|\b40[13]\b/i;
/** Milliseconds: a kubelet tries again after 10 s, with a pull Secret that its cache did not hold at the first time. */
const SECRET_GRACE_MS = 20_000;
/** Milliseconds within which the event comes that says so. */
const EVENT_GRACE_MS = 3_000;
const NO_PLATFORM = /no match for platform/i;

/** What the warnings about a pod say of its pulls. */
export interface PullWarnings {
  /** Messages of failed pulls. */
  failures: readonly string[];
  /** The kubelet pulled without a pull Secret that it could not read. */
  withoutSecret: boolean;
}

/** Why the image of a container cannot be pulled; undefined when the container does not wait for it. */
export function imageProblem(
  pod: PodView,
  status: ContainerStatus,
  image: string,
  warnings: PullWarnings,
): Verdict | undefined {
  const state = status.state?.waiting;
  if (!state?.reason || !PULL.has(state.reason)) return undefined;
  const node = pod.spec.nodeName ? `on ${pod.spec.nodeName}` : '';
  // Older kubelets write "Back-off pulling image" without the cause, which is then in the events.
  const message = /Back-off pulling image "[^"]*"$/.test(state.message ?? '')
    ? warnings.failures.join('; ')
    : (state.message ?? '');
  if (state.reason === 'InvalidImageName') {
    return failed(`image ${image} is not a valid image name`, 'Correct the name of the image.');
  }
  if (state.reason === 'ErrImageNeverPull') {
    return failed(
      `image ${image} is not on the node, and imagePullPolicy is Never`,
      'Set imagePullPolicy to IfNotPresent, or bring the image to the nodes.',
    );
  }
  if (NO_PLATFORM.test(message)) {
    return failed(
      `image ${image} is not built for the processor of the node ${pod.spec.nodeName ?? ''}`.trim(),
      'Add the platform of the nodes to image.platforms (for example linux/amd64 and linux/arm64).',
    );
  }
  // Registries answer "denied … or may not exist" to hide what they have: check the access first.
  if (DENIED.test(message)) return denied(pod, image, node, warnings);
  if (NOT_FOUND.test(message)) {
    return failed(
      `image ${image} was not found in the registry (seen ${node || 'by a node'})`,
      'Push it first (output `reference` of push-to-registry), or give the nodes read access to the repository.',
    );
  }
  return waiting(`image ${image} cannot be pulled ${node} at the moment: ${short(message)}`, {
    remedy: 'Check that the nodes can reach the registry.',
  });
}

function denied(pod: PodView, image: string, node: string, { withoutSecret }: PullWarnings): Verdict {
  const names = (pod.spec.imagePullSecrets ?? []).flatMap(({ name }) => name ?? []).join(', ');
  const reason = `image ${image}: the registry refused the node ${node}`.trimEnd();
  if (names === '') {
    return failed(
      reason,
      'Give the nodes read access to the repository (a service account of the nodes; or deploy.pullSecrets, in review environments review.pullSecret), and check that the image was pushed.',
    );
  }
  return withoutSecret
    ? failed(
        `${reason}, which could not read the pull Secret ${names}`,
        `Check that Secret ${names} exists in namespace ${pod.metadata.namespace}, and is of type kubernetes.io/dockerconfigjson.`,
        { graceMs: SECRET_GRACE_MS },
      )
    : failed(
        `${reason}, with the pull Secret ${names}`,
        `Check that Secret ${names} holds a login to this registry that has not expired and may read the repository, and that the image was pushed.`,
        { graceMs: EVENT_GRACE_MS },
      );
}

/** The last part of a chain of causes, which is the most specific. */
function short(message: string): string {
  const text = message.replace(/^.*rpc error: code = \w+ desc = /s, '');
  return text.length > 300 ? `${text.slice(0, 300)} …` : text;
}
