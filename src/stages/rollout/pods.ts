import type { Images } from '../../objects/images.ts';
import { runsImage, withPullSecrets } from '../../objects/pull-secrets/with-pull-secrets.ts';
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
  const pulling = withPullSecrets(objects, pullSecrets, (template) => !isOwn || runsImage(template, images));
  if (secretEnv === undefined) return pulling;
  const isOurs = (image: string) => Object.values(images).includes(image);
  return withSecretEnv(pulling, secretEnv, isOurs, isOwn ? 'refuse' : 'replace');
}
