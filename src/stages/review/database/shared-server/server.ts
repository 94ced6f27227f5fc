import { UserError } from '../../../../errors.ts';
import { FIELD_MANAGER } from '../../../../objects/names.ts';
import { serverId } from '../../../../plan/review/database/database.ts';
import { keepClaims, refuseAnotherServer } from '../../../../plan/review/database/kept.ts';
import { type Address, databasePassword, secretValue } from '../../../../plan/review/database/objects.ts';
import {
  adminSecret,
  type OnServer,
  ownAddress,
  SERVER_NAMESPACE_LABELS,
  serverNamespace,
  serverObjects,
} from '../../../../plan/review/database/shared-server/server-objects.ts';
import type { SharedServer } from '../../../../plan/review/database/shared-server/shared-server.ts';
import type { Cluster, KubeObject } from '../../../../ports.ts';
import { requestFor } from '../../../apply/request.ts';
import { rollOut } from '../../../apply/roll-out.ts';
import type { Site } from '../../../site.ts';
import { namespaceRef } from '../../environment/namespace.ts';
import { newPassword } from '../database.ts';

/** Milliseconds for a new server, whose image may have to be pulled first. */
const DEADLINE_MS = 10 * 60_000;

/**
 * Checks that the shared server is there, or can be made; nothing is written.
 * @returns its address
 * @throws UserError for a namespace that is not ours, and for a Secret that is missing or incomplete
 */
export async function checkServer(server: SharedServer, cluster: Cluster): Promise<Address> {
  const secret = await cluster.get(secretRef(server));
  if (!server.own) return givenAddress(server, secret);
  const namespace = await cluster.get(namespaceRef(server.namespace));
  if (namespace !== undefined) refuseForeignNamespace(namespace);
  return ownAddress(server);
}

/**
 * The shared server, running: it is made where there is none. One that is there is left as it is, because others use it;
 * its image and size follow slipway.yml when the template is built (`update`).
 * @throws UserError before anything is written, where another major version would come over its data
 */
export async function ensureServer(database: OnServer, site: Site, update: boolean): Promise<void> {
  const { cluster, log } = site;
  const { server } = database;
  if (!server.own) return;
  const { name, namespace } = server;
  const there = await cluster.get({ apiVersion: 'apps/v1', kind: 'StatefulSet', name, namespace });
  if (there !== undefined && !update) return;
  if (there !== undefined) refuseAnotherServer(database, there, await cluster.get(secretRef(server)));
  if (there === undefined) log.info(`making the shared database server ${serverId(server)}`);
  await cluster.create(serverNamespace(server), { fieldManager: FIELD_MANAGER });
  await makeAdmin(database, site);
  const objects = serverObjects(database).map((object) =>
    object.kind === 'StatefulSet' ? keepClaims(object, there) : object,
  );
  const report = await rollOut(requestFor(site, { namespace, objects, deadlineMs: DEADLINE_MS }), site);
  if (report.error) throw report.error;
}

/** The administrator's password is made once; who comes second takes that of the first. */
async function makeAdmin(database: OnServer, { cluster, log }: Site): Promise<void> {
  const created = await cluster.create(adminSecret(database, newPassword(log)), { fieldManager: FIELD_MANAGER });
  const secret = created ?? (await cluster.get(secretRef(database.server)));
  if (secret !== undefined) log.mask(databasePassword(secret, database));
}

function secretRef({ secret, namespace }: SharedServer) {
  return { apiVersion: 'v1', kind: 'Secret', name: secret, namespace };
}

function refuseForeignNamespace({ metadata }: KubeObject): void {
  const missing = Object.entries(SERVER_NAMESPACE_LABELS).filter(([key, value]) => metadata.labels?.[key] !== value);
  if (missing.length === 0) return;
  const labels = missing.map(([key, value]) => `${key}=${value}`).join(' ');
  throw new UserError(
    `namespace ${metadata.name} is there already, and is not one for databases of review environments`,
    {
      details: [`it lacks ${labels}`],
      remedy: `Name another one (review.database.server.namespace), or give this one to Slipway: kubectl label namespace ${metadata.name} ${labels}`,
    },
  );
}

function givenAddress(server: SharedServer, secret: KubeObject | undefined): Address {
  const where = `Secret ${server.namespace}/${server.secret} (review.database.server.secret)`;
  if (secret === undefined) {
    throw new UserError(`${where} is not there`, {
      remedy: 'Create it with PGHOST, PGPORT, PGUSER and PGPASSWORD of a role with CREATEDB and CREATEROLE.',
    });
  }
  const missing = ['PGHOST', 'PGUSER', 'PGPASSWORD'].filter((key) => secretValue(secret, key) === undefined);
  const port = secretValue(secret, 'PGPORT') ?? '5432';
  if (missing.length > 0 || !/^\d+$/.test(port)) {
    throw new UserError(
      `${where} ${missing.length > 0 ? `has no ${missing.join(', ')}` : `has a PGPORT that is no number`}`,
      {
        remedy: 'Give it PGHOST, PGPORT, PGUSER and PGPASSWORD of a role with CREATEDB and CREATEROLE.',
      },
    );
  }
  return { host: secretValue(secret, 'PGHOST') ?? '', port: Number(port), sslmode: secretValue(secret, 'PGSSLMODE') };
}
