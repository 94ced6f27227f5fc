import { UserError } from '../errors.ts';
import { parseReference } from '../objects/image-reference.ts';
import type { Images } from '../objects/images.ts';
import {
  DOCKER_CONFIG_TYPE,
  expiryOf,
  isFor,
  type RegistryLogin,
  readPullSecret,
} from '../objects/pull-secrets/logins.ts';
import type { Cluster, KubeObject, Log } from '../ports.ts';
import { inPool } from './pool.ts';

/** A shorter password would be found in words that are no secrets. */
const SHORTEST = 8;

interface Ports {
  cluster: Pick<Cluster, 'get'>;
  log: Log;
}

/** A pull Secret, and the key of slipway.yml that names it. */
export interface NamedPullSecret {
  key: string;
  namespace: string;
  name: string;
}

/**
 * Checks the pull Secrets of a rollout before its first write: a pod with a missing one would not be able to pull.
 * @param own objects of the release, which can bring such a Secret
 * @throws UserError with the command that creates it
 */
export async function checkPullSecrets(
  names: readonly string[],
  { namespace, images, own }: { namespace: string; images: Images; own: readonly KubeObject[] },
  ports: Ports,
): Promise<void> {
  const all = names.map((name): NamedPullSecret => ({ key: 'pullSecrets', namespace, name }));
  const secrets = await inPool(all, async (named) => {
    const brought = own.find((object) => object.kind === 'Secret' && object.metadata.name === named.name);
    return { named, secret: brought ?? (await livePullSecret(named, images, ports)) };
  });
  const logins = secrets.flatMap(({ named, secret }) => checkedLogins(secret, named, images, ports.log));
  if (names.length > 0) warnIfNoneFits(logins, names.join(', '), images, ports.log);
}

/**
 * The Secret of review.pullSecret, to be copied.
 * @throws UserError if it is missing or not fit, EnvironmentError without the permission to read it
 */
export async function reviewPullSecret(
  { namespace, name }: { namespace: string; name: string },
  images: Images,
  ports: Ports,
): Promise<KubeObject> {
  const named = { key: 'review.pullSecret', namespace, name };
  const secret = await livePullSecret(named, images, ports);
  if (secret.type !== DOCKER_CONFIG_TYPE) {
    throw unfit(named, `is of type ${secret.type ?? 'Opaque'}, not ${DOCKER_CONFIG_TYPE}`, images);
  }
  warnIfNoneFits(checkedLogins(secret, named, images, ports.log), `${namespace}/${name}`, images, ports.log);
  return secret;
}

async function livePullSecret(named: NamedPullSecret, images: Images, { cluster }: Ports): Promise<KubeObject> {
  const { namespace, name } = named;
  const live = await cluster.get({ apiVersion: 'v1', kind: 'Secret', namespace, name });
  if (live) return live;
  throw new UserError(`${named.key}: there is no Secret ${name} in namespace ${namespace}`, {
    details: ['nothing was written'],
    remedy: `Create it (and the namespace before it, if that is missing): ${creation(named, images)}`,
  });
}

/** The logins of a Secret; their passwords are masked. */
function checkedLogins(secret: KubeObject, named: NamedPullSecret, images: Images, log: Log): RegistryLogin[] {
  const read = readPullSecret(secret);
  if ('problem' in read) throw unfit(named, read.problem, images);
  for (const { user, password } of read.logins) {
    if (password.length >= SHORTEST) log.mask(password);
    log.mask(Buffer.from(`${user}:${password}`).toString('base64'));
  }
  for (const login of read.logins) {
    const expiry = expiryOf(login);
    if (expiry?.kind === 'job') throw unfit(named, `is of no use after this hour: ${expiry.words}`, images);
    if (expiry) {
      log.warning(
        `${named.key}: Secret ${named.namespace}/${named.name}: ${expiry.words}: pods that start later cannot pull, unless something renews it`,
      );
    }
  }
  return read.logins;
}

function warnIfNoneFits(logins: readonly RegistryLogin[], names: string, images: Images, log: Log): void {
  const without = Object.values(images).filter((image) => !logins.some((login) => isFor(login, image)));
  const found = [...new Set(logins.map(({ registry }) => registry))].join(', ');
  for (const host of new Set(without.map((image) => parseReference(image).host))) {
    log.warning(`pull Secret ${names}: no login to ${host}, the registry of the image; it has ${found}`);
  }
}

function unfit(named: NamedPullSecret, problem: string, images: Images): UserError {
  const { namespace, name } = named;
  return new UserError(`${named.key}: Secret ${namespace}/${name} ${problem}`, {
    details: ['nothing was written'],
    remedy: `Replace it by a login that lasts: kubectl -n ${namespace} delete secret ${name}; ${creation(named, images)}`,
  });
}

function creation({ namespace, name }: NamedPullSecret, images: Images): string {
  const [image = ''] = Object.values(images);
  const { host } = parseReference(image);
  const server = host === 'docker.io' ? 'https://index.docker.io/v1/' : host;
  return `kubectl -n ${namespace} create secret docker-registry ${name} --docker-server=${server} --docker-username=<user> --docker-password=<token>`;
}
