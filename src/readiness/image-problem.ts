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
const NO_PLATFORM = /no match for platform/i;

/** Why the image of a container cannot be pulled; undefined when the container does not wait for it. */
export function imageProblem(
  pod: PodView,
  status: ContainerStatus,
  image: string,
  warnings: string,
): Verdict | undefined {
  const state = status.state?.waiting;
  if (!state?.reason || !PULL.has(state.reason)) return undefined;
  const node = pod.spec.nodeName ? `on ${pod.spec.nodeName}` : '';
  // Older kubelets write "Back-off pulling image" without the cause, which is then in the events.
  const message = /Back-off pulling image "[^"]*"$/.test(state.message ?? '') ? warnings : (state.message ?? '');
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
  if (DENIED.test(message)) {
    return failed(
      `image ${image}: the registry refused the node ${node}`.trimEnd(),
      'Give the nodes read access to the repository (a service account of the nodes, or imagePullSecrets), and check that the image was pushed.',
    );
  }
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

/** The last part of a chain of causes, which is the most specific. */
function short(message: string): string {
  const text = message.replace(/^.*rpc error: code = \w+ desc = /s, '');
  return text.length > 300 ? `${text.slice(0, 300)} …` : text;
}
