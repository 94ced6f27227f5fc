import { UserError } from '../../../../errors.ts';
import { FIELD_MANAGER } from '../../../../objects/names.ts';
import { serverId } from '../../../../plan/review/database/database.ts';
import { keepClaims, refuseAnotherServer, runAsOf, runningOf } from '../../../../plan/review/database/kept.ts';
import { type Address, databasePassword } from '../../../../plan/review/database/objects.ts';
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
import { givenAddress } from './given-server.ts';

/** Milliseconds for a new server, whose image may have to be pulled first. */
const DEADLINE_MS = 10 * 60_000;

/**
 * Checks that the shared server exists or can be made. Writes nothing.
 * @returns its address
 * @throws UserError for a namespace that is not for databases, and for a Secret that cannot be used (`givenAddress`)
 */
export async function checkServer(server: SharedServer, cluster: Cluster): Promise<Address> {
  const namespace = await cluster.get(namespaceRef(server.namespace));
  if (!server.own) return givenAddress(server, await cluster.get(secretRef(server)), namespace);
  if (namespace !== undefined) refuseForeignNamespace(namespace);
  return ownAddress(server);
}

/**
 * Creates Slipway's shared server if it does not exist. Does not change an existing one, because others use it; its image
 * and memory follow slipway.yml when the template is built (`update`).
 * @returns the database with the image of the running server, which the administrator's Jobs run, whatever slipway.yml names
 * @throws UserError before the first write, if another major version would replace that of its data
 */
export async function ensureServer(database: OnServer, site: Site, update: boolean): Promise<OnServer> {
  const { cluster, log } = site;
  const { server } = database;
  if (!server.own) return database;
  const { name, namespace } = server;
  const there = await cluster.get({ apiVersion: 'apps/v1', kind: 'StatefulSet', name, namespace });
  if (there !== undefined && !update) return asRunning(database, there);
  if (there !== undefined) refuseAnotherServer(database, there, await cluster.get(secretRef(server)));
  if (there === undefined) log.info(`making the shared database server ${serverId(server)}`);
  await cluster.create(serverNamespace(server), { fieldManager: FIELD_MANAGER });
  await makeAdmin(database, site);
  const objects = serverObjects(database).map((object) =>
    object.kind === 'StatefulSet' ? keepClaims(object, there) : object,
  );
  const report = await rollOut(requestFor(site, { namespace, objects, deadlineMs: DEADLINE_MS }), site);
  if (report.error) throw report.error;
  return database;
}

function asRunning(database: OnServer, statefulSet: KubeObject): OnServer {
  const image = runningOf(statefulSet)?.image;
  return image === undefined ? database : { ...database, image, runAs: runAsOf(statefulSet) };
}

/** Creates the administrator's password once; a concurrent second run uses that of the first. */
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
  throw new UserError(`namespace ${metadata.name} exists already, and is not for databases of review environments`, {
    details: [`it lacks ${labels}`],
    remedy: `Name another one (review.database.server.namespace), or give this one to Slipway: kubectl label namespace ${metadata.name} ${labels}`,
  });
}
