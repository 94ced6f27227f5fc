import type { RenderContext, Rendered } from '../../../ports.ts';
import { inOrder } from '../../../text/in-order.ts';
import { readDocuments } from './documents.ts';
import { movingBases } from './moving-bases.ts';
import { outputOf } from './program.ts';

export const INSTALL_KUBECTL = 'Install kubectl (GitHub’s own runners have it), which brings kustomize with it.';

/**
 * The objects of a kustomization. `helmCharts` are inflated by the helm in PATH, without the cluster. Plugins are not run.
 * A remote base that can move is a warning.
 */
export async function renderKustomization(
  path: string,
  env: NodeJS.ProcessEnv,
  { signal, log }: RenderContext,
): Promise<Rendered[]> {
  const args = ['kustomize', '--enable-helm', '--', path];
  const text = await outputOf('kubectl', args, { env, signal, install: INSTALL_KUBECTL, remedy });
  const moving = await movingBases(path);
  if (moving.length > 0) {
    log.warning(
      `remote bases that are not pinned to a commit change what is released without one of yours: ${moving.join(', ')}. Add ?ref=<commit id>`,
    );
  }
  return readDocuments(text, 'kustomize');
}

/** undefined: the default remedy, the command to run by hand. */
function remedy(stderr: string): string | undefined {
  if (/external plugins disabled|exec plugin|unable to load plugin|--enable-alpha-plugins/i.test(stderr)) {
    return 'Slipway runs no plugins of kustomize. Render in a step before this one (kustomize build … > rendered.yaml), and set deploy.manifests: rendered.yaml.';
  }
  return stderr.split('\n').some((line) => inOrder(line, 'helm', 'executable file not found'))
    ? 'The kustomization has helmCharts: install Helm (azure/setup-helm).'
    : undefined;
}
