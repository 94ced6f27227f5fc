import { type ConfigRef, configName } from '../../../objects/config-refs.ts';
import { fields } from '../../../objects/fields.ts';
import { expiryOf, isFor, readPullSecret } from '../../../objects/pull-secrets/logins.ts';
import type { KubeObject } from '../../../ports.ts';
import { OFFERED } from '../../review/database/shared-server/server-objects.ts';
import type { Fact } from '../fact.ts';
import { finder } from '../finding.ts';
import type { Finding } from '../report.ts';
import type { Kubectl } from './target.ts';

/** An object that was looked for; undefined: it does not exist. */
export type Looked = Fact<KubeObject | undefined>;

/** A Secret or ConfigMap that pods of the environment read. */
export function checkConfig(
  subject: string,
  ref: ConfigRef,
  namespace: string,
  looked: Looked,
  kubectl: Kubectl,
): Finding {
  const found = finder('cluster.secrets', subject);
  const name = `${configName(ref)} in namespace ${namespace}`;
  return found.of(name, looked, (object) => {
    if (object === undefined) {
      return found.failed(`${name} does not exist, and pods read it`, createConfig(ref, namespace, kubectl));
    }
    const keys = Object.keys({ ...fields(object.data), ...fields(object.binaryData) });
    const missing = (ref.keys ?? []).filter((key) => !keys.includes(key));
    if (missing.length === 0) return found.ok(`${name} exists`, [`keys: ${keys.sort().join(', ') || 'none'}`]);
    const patch = JSON.stringify({ stringData: Object.fromEntries(missing.map((key) => [key, `<${key}>`])) });
    return found.failed(`${name} lacks the keys ${missing.join(', ')}`, {
      ...(ref.kind === 'Secret'
        ? { fix: kubectl.run('patch', 'secret', ref.name, '--namespace', namespace, '--patch', patch) }
        : {}),
      advice: ref.kind === 'Secret' ? 'Replace the values in angle brackets.' : 'Add the keys to the ConfigMap.',
    });
  });
}

/** Nobody but the operator knows the keys and values of a Secret whose keys all become variables. */
function createConfig(ref: ConfigRef, namespace: string, kubectl: Kubectl) {
  const isSecret = ref.kind === 'Secret';
  const words = isSecret ? ['create', 'secret', 'generic'] : ['create', 'configmap'];
  const file = `${ref.name}.env`;
  return {
    fix: kubectl.run(...words, ref.name, '--namespace', namespace, `--from-env-file=${file}`),
    advice: `Write a line KEY=VALUE for each ${ref.keys ? `of ${ref.keys.join(', ')}` : 'variable of the app'} into ${file} first, and delete the file afterwards.`,
  };
}

/**
 * A Secret with which the nodes log in to the registry of the images.
 * @param images repositories that the pods run
 */
export function checkPullSecret(
  subject: string,
  secret: { name: string; namespace: string },
  images: readonly string[],
  looked: Looked,
  kubectl: Kubectl,
): Finding {
  const found = finder('cluster.pull-secrets', subject);
  const name = `pull Secret ${secret.name} in namespace ${secret.namespace}`;
  const [image = ''] = images;
  const host = image.split('/')[0] ?? '';
  const create = `${kubectl.run('create', 'secret', 'docker-registry', secret.name, '--namespace', secret.namespace, `--docker-server=${host}`)} --docker-username="$REGISTRY_USER" --docker-password="$REGISTRY_TOKEN"`;
  const replace = `${kubectl.run('delete', 'secret', secret.name, '--namespace', secret.namespace)} && ${create}`;
  const advice = 'REGISTRY_TOKEN is a token that lasts and may only read (docs/registries.md).';
  return found.of(name, looked, (object) => {
    if (object === undefined) return found.failed(`${name} does not exist`, { fix: create, advice });
    const read = readPullSecret(object);
    if ('problem' in read) return found.failed(`${name} ${read.problem}`, { fix: replace, advice });
    const job = read.logins.map(expiryOf).find((expiry) => expiry?.kind === 'job');
    if (job) return found.failed(`${name}: ${job.words}`, { fix: replace, advice });
    const without = images.filter((one) => !read.logins.some((login) => isFor(login, one)));
    const hosts = read.logins.map(({ registry }) => `login to ${registry}`);
    if (without.length === 0) return found.ok(`${name} has a login to the registry`, hosts);
    return found.failed(`${name} has no login for ${without.join(', ')}`, { fix: replace, advice, evidence: hosts });
  });
}

/** The Secret of a shared database server that an operator offers (`review.database.server.secret`). */
export function checkDatabaseServer(
  server: { namespace: string; secret: string },
  looked: Looked,
  kubectl: Kubectl,
): Finding {
  const found = finder('cluster.database-server', 'review.database');
  const name = `Secret ${server.secret} in namespace ${server.namespace}`;
  const at = ['--namespace', server.namespace];
  return found.of(name, looked, (object) => {
    const label = kubectl.run('label', 'secret', server.secret, ...at, OFFERED.label);
    if (object === undefined) {
      const keys = ['PGHOST', 'PGPORT', 'PGUSER', 'PGPASSWORD']
        .map((key) => `--from-literal=${key}="$${key}"`)
        .join(' ');
      return found.failed(`${name} does not exist`, {
        fix: `${kubectl.run('create', 'secret', 'generic', server.secret, ...at)} ${keys} && ${label}`,
        advice: 'The role needs CREATEDB and CREATEROLE.',
      });
    }
    if (object.metadata.labels?.[OFFERED.key] !== OFFERED.value) {
      return found.failed(`${name} is not offered to review environments: it lacks the label ${OFFERED.label}`, {
        fix: label,
      });
    }
    const missing = ['PGHOST', 'PGUSER', 'PGPASSWORD'].filter((key) => !Object.hasOwn(fields(object.data), key));
    if (missing.length === 0) return found.ok(`${name} is offered to review environments`);
    const literals = Object.fromEntries(missing.map((key) => [key, `<${key}>`]));
    return found.failed(`${name} has no ${missing.join(', ')}`, {
      fix: kubectl.run('patch', 'secret', server.secret, ...at, '--patch', JSON.stringify({ stringData: literals })),
      advice: 'Replace the values in angle brackets.',
    });
  });
}
