import { UserError } from '../../../../errors.ts';
import { LABELS } from '../../../../objects/names.ts';
import { type Address, secretValue } from '../../../../plan/review/database/objects.ts';
import { CLIENT_ENVIRONMENTS, OFFERED } from '../../../../plan/review/database/shared-server/server-objects.ts';
import type { SharedServer } from '../../../../plan/review/database/shared-server/shared-server.ts';
import { REFUSED } from '../../../../plan/review/database/shared-server/sql/check-server.ts';
import type { KubeObject } from '../../../../ports.ts';

const CONNECTION = 'PGHOST, PGPORT, PGUSER and PGPASSWORD of a role with CREATEDB and CREATEROLE';

/**
 * Checks the Secret of a server that an operator offers (`review.database.server.secret`). Its label is that offer: without it
 * slipway.yml could name any Secret with such keys, and an administrator's Job would use it.
 * @param namespace where the Secret is
 * @throws UserError for a Secret that is missing, incomplete, not offered, or in a review environment
 */
export function givenAddress(
  server: SharedServer,
  secret: KubeObject | undefined,
  namespace: KubeObject | undefined,
): Address {
  const where = `Secret ${server.namespace}/${server.secret} (review.database.server.secret)`;
  const environment = namespace?.metadata.labels?.[LABELS.environment];
  if (environment !== undefined && CLIENT_ENVIRONMENTS.includes(environment)) {
    throw new UserError(`${where} is in a review environment, which cannot offer a server to others`, {
      details: [`namespace ${server.namespace} has the label ${LABELS.environment}=${environment}`],
      remedy: 'Name the namespace in which the operator keeps the Secret (review.database.server.namespace).',
    });
  }
  if (secret === undefined) {
    throw new UserError(`${where} does not exist`, {
      remedy: `Create it with ${CONNECTION}, and with the label ${OFFERED.label}.`,
    });
  }
  if (secret.metadata.labels?.[OFFERED.key] !== OFFERED.value) {
    throw new UserError(`${where} is not offered to review environments`, {
      details: [`it lacks the label ${OFFERED.label}`],
      remedy: `If it is meant for them: kubectl --namespace ${server.namespace} label secret ${server.secret} ${OFFERED.label}`,
    });
  }
  const missing = ['PGHOST', 'PGUSER', 'PGPASSWORD'].filter((key) => secretValue(secret, key) === undefined);
  const port = secretValue(secret, 'PGPORT') ?? '5432';
  if (missing.length > 0 || !/^\d+$/.test(port)) {
    const what =
      missing.length > 0 ? `has no ${missing.join(', ')}` : `has the PGPORT "${port}", which is not a number`;
    throw new UserError(`${where} ${what}`, { remedy: `Give it ${CONNECTION}.` });
  }
  return { host: secretValue(secret, 'PGHOST') ?? '', port: Number(port), sslmode: secretValue(secret, 'PGSSLMODE') };
}

/**
 * Reads the answer of a script that checks a server before it creates anything (`CHECK_SERVER`).
 * @throws UserError with the SQL that closes the server, if it is open
 */
export function refuseOpenServer(word: string, { namespace, secret }: SharedServer): void {
  const [first, ...fixes] = word.split('\n').map((line) => line.trim());
  if (first !== REFUSED) return;
  throw new UserError(`the server of Secret ${namespace}/${secret} lets every role into more than its own database`, {
    details: ['Nothing was made there: code of one pull request could read the data of others.', ...fixes],
    remedy:
      'Grant CONNECT to your own roles that need these databases, run the statements as an administrator of the server in its database `postgres`, then run this again.',
  });
}
