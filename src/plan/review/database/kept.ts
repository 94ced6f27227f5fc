import { UserError } from '../../../errors.ts';
import type { KubeObject } from '../../../ports.ts';
import type { RunAs } from '../../services/security.ts';
import {
  DATABASE_ANNOTATIONS,
  type DatabaseEngine,
  databaseTitle,
  type PlannedDatabase,
  serverId,
} from './database.ts';
import type { SharedServer } from './shared-server/shared-server.ts';
import { fitOf, majorOfData, type Running } from './version.ts';

/**
 * Keeps the volume claims of an existing StatefulSet: they are immutable, and a volume is never replaced.
 * @returns the object to apply
 */
export function keepClaims(wanted: KubeObject, live: KubeObject | undefined): KubeObject {
  const { volumeClaimTemplates } = specOf(live);
  return volumeClaimTemplates === undefined ? wanted : { ...wanted, spec: { ...specOf(wanted), volumeClaimTemplates } };
}

/** Size of the volume of a StatefulSet; undefined without a StatefulSet. */
export function storageOf(live: KubeObject | undefined): string | undefined {
  const { volumeClaimTemplates } = specOf(live);
  const [claim] = (volumeClaimTemplates ?? []) as { spec: { resources?: { requests?: { storage?: string } } } }[];
  return claim?.spec.resources?.requests?.storage;
}

function specOf(object: KubeObject | undefined): Record<string, unknown> {
  return (object?.spec ?? {}) as Record<string, unknown>;
}

/** What a StatefulSet of Slipway runs over its data. */
export function runningOf(live: KubeObject | undefined): Running | undefined {
  const { template } = specOf(live) as { template?: { spec?: { containers?: { image?: string }[] } } };
  const image = template?.spec?.containers?.[0]?.image;
  return image === undefined ? undefined : { image, noted: majorIn(live?.metadata.annotations) };
}

/** The user that the pods of a StatefulSet of Slipway run as. */
export function runAsOf(live: KubeObject): RunAs {
  const { template } = specOf(live) as {
    template?: { spec?: { securityContext?: { runAsUser?: number; runAsNonRoot?: boolean } } };
  };
  const { runAsUser, runAsNonRoot } = template?.spec?.securityContext ?? {};
  return runAsUser ?? (runAsNonRoot ? 'not-root' : 'as-built');
}

/** Major version in the annotation `DATABASE_ANNOTATIONS.engine` of an object. */
function majorIn(annotations: Readonly<Record<string, string>> | undefined): string | undefined {
  return annotations?.[DATABASE_ANNOTATIONS.engine]?.split(' ')[1];
}

/** What a database was made with, as far as known. */
export interface Recorded {
  /** `postgres 17`, or `postgres` alone. */
  engine: string | undefined;
  /** `namespace/name` of its shared server; undefined: the environment's own server. */
  server: string | undefined;
  /** What runs over its data; undefined: nothing, or a server that a deploy does not change. */
  running?: Running | undefined;
}

/**
 * Refuses a database that does not fit the existing data: another engine or major version cannot read it, or changes it for
 * good, and data does not move between servers.
 * @param recorded undefined: there is no database yet
 * @throws UserError that says what to do, also where a changed image may hold another major version
 */
export function refuseAnotherDatabase(wanted: PlannedDatabase, recorded: Recorded | undefined): void {
  if (recorded === undefined) return;
  const [engine, made] = recorded.engine?.split(' ') ?? [wanted.engine];
  const { running } = recorded;
  const fit = engine === wanted.engine ? fitOf(wanted, made, running) : 'another';
  if (fit === 'another') {
    const known = engine as DatabaseEngine;
    const there = databaseTitle({ engine: known, major: majorOfData(made, running) });
    throw kept(
      `the environment's database is ${there}, and slipway.yml now asks for ${databaseTitle(wanted)}`,
      'To keep the data, put the version back.',
    );
  }
  if (fit === 'unknown') {
    throw kept(
      `the environment's database runs ${running?.image}, slipway.yml now asks for ${wanted.image}, and it is not known whether both have the same major version`,
      'If they have, set review.database.version beside review.database.image. If not, put the image back to keep the data.',
    );
  }
  const server = wanted.server && serverId(wanted.server);
  if (server === recorded.server) return;
  throw kept(
    `the environment's database is on ${where(recorded.server)}, and slipway.yml now asks for ${where(server)}`,
    'To keep the data, put the server back.',
  );
}

function kept(message: string, how: string): UserError {
  return new UserError(message, {
    details: ['Nothing was changed: the data would be lost.'],
    remedy: `${how} To start with an empty database, run review-environment with \`operation: reset-database\`: the data is lost, and the seed is loaded again.`,
  });
}

/**
 * The same for the shared server that Slipway runs: building a template changes its image.
 * @param live its StatefulSet
 * @param secret of its administrator, with the annotation of what its data was made with
 * @throws UserError that says what to do
 */
export function refuseAnotherServer(
  wanted: PlannedDatabase & { server: SharedServer },
  live: KubeObject,
  secret: KubeObject | undefined,
): void {
  const made = majorIn(secret?.metadata.annotations);
  const running = runningOf(live);
  const fit = fitOf(wanted, made, running);
  if (fit === 'fits') return;
  const there = databaseTitle({ engine: wanted.engine, major: majorOfData(made, running) });
  const why = fit === 'another' ? '' : ': it is not known whether both have the same major version';
  throw new UserError(
    `the shared server ${serverId(wanted.server)} runs ${running?.image} (${there}), and slipway.yml now asks for ${wanted.image} (${databaseTitle(wanted)})${why}`,
    {
      details: ['Nothing was changed: the databases of all environments on it would be lost.'],
      remedy:
        'Put the image back. Or create new databases on another server: set review.database.version (the name of the server has the major version) or review.database.server.namespace, and run `operation: reset-database` for the environments that are on this one.',
    },
  );
}

function where(server: string | undefined): string {
  return server === undefined ? 'a server of its own' : `the shared server ${server}`;
}
