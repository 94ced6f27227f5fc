import type { Images } from '../../objects/images.ts';
import { runsImage } from '../../objects/pod-template.ts';
import { withPullSecrets } from '../../objects/pull-secrets/with-pull-secrets.ts';
import { withSecretEnv } from '../../objects/secret-env/secret-env.ts';
import type { RolloutPlan } from '../../plan/rollout-plan.ts';
import type { KubeObject } from '../../ports.ts';

/** A Secret whose keys are variables of the app. */
export interface SecretVariables {
  name: string;
  keys: readonly string[];
}

/** The same objects, with what the environment gives to the pods of the app: pull Secrets, and the variables of secretEnv. */
export function withEnvironment(
  objects: readonly KubeObject[],
  { source, pullSecrets }: Pick<RolloutPlan, 'source' | 'pullSecrets'>,
  images: Images,
  secretEnv: SecretVariables | undefined,
): KubeObject[] {
  const isOwn = source.from !== 'config';
  const ours = new Set(Object.values(images));
  const pulling = withPullSecrets(objects, pullSecrets, (template) => !isOwn || runsImage(template, ours));
  if (secretEnv === undefined) return pulling;
  return withSecretEnv(pulling, secretEnv, (image) => ours.has(image), isOwn ? 'refuse' : 'replace');
}
