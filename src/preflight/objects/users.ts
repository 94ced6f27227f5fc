import { list, textOf } from '../../objects/fields.ts';
import { type Finding, finding } from '../finding.ts';
import { userOf } from './images.ts';
import { at, type Observed, type Workload } from './observed.ts';

/** Pods that ask for root by themselves. What the image says is judged with the image. */
export function userFindings({ object, template: { spec } }: Workload, all: Observed): Finding[] {
  // An agent of the node reads what belongs to root.
  const isAgent = object.kind === 'DaemonSet' || list(spec.volumes).some(({ hostPath }) => hostPath !== undefined);
  return list(spec.containers).flatMap((container) => {
    const { user, nonRoot } = userOf(spec, container);
    if (user !== 0) return [];
    const name = textOf(container.name);
    const where = at(object, all, 'runAsUser: 0');
    if (nonRoot) {
      const seen = `container ${name} has runAsUser 0 and runAsNonRoot true: the kubelet does not start it`;
      return [
        finding('non-root-refused', { where, confidence: 'proven', seen, remedy: 'Remove one of both.', key: name }),
      ];
    }
    if (isAgent) return [];
    const seen = `container ${name} has runAsUser 0`;
    const remedy =
      'Set `runAsUser` to a user of its own; give it the one capability that it needs, such as NET_BIND_SERVICE.';
    return [finding('runs-as-root', { where, confidence: 'likely', seen, remedy, key: name })];
  });
}
