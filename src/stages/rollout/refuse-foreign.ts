import { UserError } from '../../errors.ts';
import { LABELS } from '../../objects/names.ts';
import { otherOwner } from '../../objects/owner.ts';
import { refOf, shortName } from '../../objects/ref.ts';
import type { RolloutPlan } from '../../plan/rollout-plan.ts';
import type { Checked } from '../apply/check.ts';

/**
 * Two apps that write the same object take turns in taking it over, each with its own idea of the image.
 * @throws UserError that names every object which carries the labels of another app, environment or repository
 */
export function refuseForeign(checked: readonly Pick<Checked, 'live'>[], plan: RolloutPlan): void {
  const foreign = checked.flatMap(({ live }) => {
    // A definition serves all apps of the cluster.
    if (live === undefined || live.metadata.namespace === undefined) return [];
    const owner = otherOwner(live.metadata, plan);
    return owner === undefined ? [] : [{ live, owner }];
  });
  const [first, ...more] = foreign;
  if (first === undefined) return;
  const { app, environment, namespace, repositoryId } = plan;
  const text = ({ live, owner }: typeof first) => `${shortName(refOf(live))} belongs to ${owner}`;
  const { kind, metadata } = first.live;
  const labels = `${LABELS.app}=${app} ${LABELS.environment}=${environment} ${LABELS.repository}=${repositoryId}`;
  throw new UserError(`${text(first)}, not to ${app} in ${environment}`, {
    details: ['nothing was written', ...more.map(text)],
    remedy: `Keep each object in the manifests of one app only, and roll several images of one set out by one slipway.yml. Where the other app no longer exists, hand its objects over: kubectl -n ${namespace} label ${kind.toLowerCase()} ${metadata.name} --overwrite ${labels}`,
  });
}
