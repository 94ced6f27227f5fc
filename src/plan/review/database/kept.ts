import { UserError } from '../../../errors.ts';
import type { KubeObject } from '../../../ports.ts';
import type { RunAs } from '../environment/security.ts';
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
 * Keeps the claims of a StatefulSet that is there: they cannot be changed, and a volume is never replaced.
 * @returns the object to apply
 */
export function keepClaims(wanted: KubeObject, live: KubeObject | undefined): KubeObject {
  const { volumeClaimTemplates } = specOf(live);
  return volumeClaimTemplates === undefined ? wanted : { ...wanted, spec: { ...specOf(wanted), volumeClaimTemplates } };
}

/** The size that the volume of a StatefulSet was made with; undefined when there is none. */
export function storageOf(live: KubeObject | undefined): string | undefined {
  const { volumeClaimTemplates } = specOf(live);
  const [claim] = (volumeClaimTemplates ?? []) as { spec: { resources?: { requests?: { storage?: string } } } }[];
  return claim?.spec.resources?.requests?.storage;
}

function specOf(object: KubeObject | undefined): Record<string, unknown> {
  return (object?.spec ?? {}) as Record<string, unknown>;
}

/** What runs over the data of a StatefulSet of ours. */
export function runningOf(live: KubeObject | undefined): Running | undefined {
  const { template } = specOf(live) as { template?: { spec?: { containers?: { image?: string }[] } } };
  const image = template?.spec?.containers?.[0]?.image;
  return image === undefined ? undefined : { image, noted: majorIn(live?.metadata.annotations) };
}

/** The user that the pods of a StatefulSet of ours run as. */
export function runAsOf(live: KubeObject): RunAs {
  const { template } = specOf(live) as {
    template?: { spec?: { securityContext?: { runAsUser?: number; runAsNonRoot?: boolean } } };
  };
  const { runAsUser, runAsNonRoot } = template?.spec?.securityContext ?? {};
  return runAsUser ?? (runAsNonRoot ? 'not-root' : 'as-built');
}

/** Major version of what an object notes by `DATABASE_ANNOTATIONS.engine`. */
export function majorIn(annotations: Readonly<Record<string, string>> | undefined): string | undefined {
  return annotations?.[DATABASE_ANNOTATIONS.engine]?.split(' ')[1];
}

/** What a database was made with, as far as it is known. */
export interface Recorded {
  /** `postgres 17`, or `postgres` alone. */
  engine: string | undefined;
  /** `namespace/name` of its server; undefined: a server of its own. */
  server: string | undefined;
  /** What runs over its data; undefined: nothing does, or a deploy of the environment does not change it. */
  running?: Running | undefined;
}

/**
 * Data fits one engine and major version: another one cannot read it, or would change it for good. And it does not move from
 * one server to another.
 * @param recorded undefined: there is none yet
 * @throws UserError that says what to do, also where another image may hold another major version
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
      `the environment's database runs ${running?.image}, slipway.yml now asks for ${wanted.image}, and whether both are of the same major version is not known`,
      'If they are, say so: set review.database.version to it, beside review.database.image. If not, put the image back to keep the data.',
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
    details: ['Nothing was changed: the data could not be read there, and would be lost.'],
    remedy: `${how} To begin anew, run review-environment with \`operation: reset-database\`: the data is lost, and seeded again.`,
  });
}

/**
 * The same for the shared server that Slipway runs, over whose data the building of a template puts another image.
 * @param live its StatefulSet
 * @param secret that of its administrator, which notes what its data was made with
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
  const why = fit === 'another' ? '' : ': whether both are of the same major version is not known';
  throw new UserError(
    `the shared server ${serverId(wanted.server)} runs ${running?.image} (${there}), and slipway.yml now asks for ${wanted.image} (${databaseTitle(wanted)})${why}`,
    {
      details: ['Nothing was changed: the databases of all environments on it would be lost.'],
      remedy:
        'Put the image back; or let new databases have another server, by review.database.version (its name has the major version) or review.database.server.namespace. Environments that are on this one then begin anew with `operation: reset-database`.',
    },
  );
}

function where(server: string | undefined): string {
  return server === undefined ? 'a server of its own' : `the shared server ${server}`;
}
