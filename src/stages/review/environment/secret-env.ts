import { randomBytes } from 'node:crypto';
import { withConfigHash } from '../../../objects/config-hash.ts';
import type { Images } from '../../../objects/images.ts';
import { ANNOTATIONS } from '../../../objects/names.ts';
import { type SecretEnvObject, secretEnvObject, withSecretEnv } from '../../../objects/secret-env/secret-env.ts';
import { ownerLabels } from '../../../plan/review/environment/owner.ts';
import type { ReviewUpPlan } from '../../../plan/review-plan.ts';
import type { Cluster, KubeObject, Log, Variables } from '../../../ports.ts';
import { secretValues } from '../../secret-env.ts';

/** Name of the Secret in each environment. */
const NAME = 'slipway-env';

/** The Secret of review.secretEnv, and what puts its variables into the pods of the app. */
export interface ReviewSecretEnv {
  objects: KubeObject[];
  into(objects: readonly KubeObject[]): KubeObject[];
}

const NONE: ReviewSecretEnv = { objects: [], into: (objects) => [...objects] };

/**
 * The Secret with the values of this run. A change replaces the pods: they carry a hash, salted with what only readers of the
 * Secret know.
 * @param fork the commit comes from a fork: its code gets no secret, even after an approval
 * @param images by digest, whose containers get the variables
 * @throws UserError for a missing or unfit value
 */
export async function reviewSecretEnv(
  { secretEnv, owner, namespace }: Pick<ReviewUpPlan, 'secretEnv' | 'owner' | 'namespace'>,
  { fork, images }: { fork: boolean; images: Images },
  { cluster, log, variables }: { cluster: Cluster; log: Log; variables: Variables },
): Promise<ReviewSecretEnv> {
  const keys = Object.keys(secretEnv);
  if (keys.length === 0) return NONE;
  if (fork) {
    log.info(`review.secretEnv (${keys.join(', ')}) is left out: code of a fork gets no secrets`);
    return NONE;
  }
  const values = secretValues(secretEnv, { key: 'review.secretEnv', mayMiss: false }, { variables, log }) ?? {};
  const live = await cluster.get({ apiVersion: 'v1', kind: 'Secret', name: NAME, namespace });
  const salt = live?.metadata.annotations?.[ANNOTATIONS.salt] ?? randomBytes(16).toString('hex');
  const plain = secretEnvObject({ name: NAME, namespace, labels: ownerLabels(owner) }, values);
  const secret: SecretEnvObject = {
    ...plain,
    metadata: { ...plain.metadata, annotations: { [ANNOTATIONS.salt]: salt } },
  };
  return {
    objects: [secret],
    into: (objects) => {
      const own = withSecretEnv(
        objects,
        { name: NAME, keys },
        (used) => Object.values(images).includes(used),
        'replace',
      );
      const changed = new Set(own.filter((object, index) => object !== objects[index]));
      const hashed = withConfigHash(own, salt, (ref) => (ref.name === NAME ? secret : undefined));
      return own.map((object, index) => (changed.has(object) ? (hashed[index] ?? object) : object));
    },
  };
}

/** Deletes the Secret of an earlier deploy: nothing reads it any more. */
export async function removeStaleSecretEnv(
  { secretEnv, namespace }: Pick<ReviewUpPlan, 'secretEnv' | 'namespace'>,
  fork: boolean,
  cluster: Pick<Cluster, 'delete'>,
): Promise<void> {
  if (Object.keys(secretEnv).length > 0 && !fork) return;
  await cluster.delete({ apiVersion: 'v1', kind: 'Secret', name: NAME, namespace });
}
