import { readsSecret } from '../../config/placeholders.ts';
import type { Config, ReviewConfig } from '../../config/schema.ts';
import { type WantedCron, type WantedProcess, workloadsOf } from '../../config/workloads.ts';
import { appSpecOf, type PlannedApp } from '../../objects/app/app-spec-of.ts';
import type { IngressSpec } from '../../objects/ingress/ingress-spec.ts';
import { type KnownValues, literals } from '../../objects/value.ts';
import type { EnvironmentService } from '../services/environment-services.ts';
import type { PodSecurity } from '../services/security.ts';
import { clientEnvOf, serviceConnections } from '../services/service.ts';
import { DATABASE, type PlannedDatabase } from './database/database.ts';
import { connectionKeys, databaseVariables } from './database/objects.ts';
import { type Owner, ownerLabels } from './environment/owner.ts';
import { leftOutOfPods, reviewPod } from './pod.ts';

export interface ReviewAppParts {
  config: Config;
  owner: Owner;
  namespace: string;
  ingress: IngressSpec | undefined;
  services: readonly EnvironmentService[];
  podSecurity: PodSecurity;
  database: PlannedDatabase | undefined;
}

/**
 * The app of a review environment: like staging, with one pod, its own database and services, and without the Secrets
 * of staging and production, which code of an open pull request must not read.
 */
export function planReviewApp(parts: ReviewAppParts): { app: PlannedApp; notes: string[] } {
  const { config, owner, database } = parts;
  const review = config.review ?? {};
  const workloads = workloadsOf(config);
  const inReview = <T extends WantedProcess | WantedCron>(part: T): T => ({
    ...reviewPod(part),
    env: {
      ...withoutTakenOver(withoutSecrets(part.env ?? {}), database),
      ...literals(clientEnvOf(parts.services)),
      ...review.env,
    },
    secrets: database ? [DATABASE] : [],
  });
  const processes = mapped(workloads.processes, (one) => ({
    ...inReview(one),
    autoscale: undefined,
    replicas: review.replicas ?? 1,
  }));
  const crons = mapped(workloads.crons, (one, name) => ({ ...inReview(one), suspend: !runsCron(review.crons, name) }));
  const planned = appSpecOf(
    config.app,
    { ...workloads, processes, crons },
    {
      namespace: parts.namespace,
      ingress: parts.ingress,
      connections: connectionsOf(parts),
      number: owner.number,
      labels: ownerLabels(owner),
      security: parts.podSecurity === 'restricted' ? 'restricted' : 'ordinary',
    },
  );
  const { app, notes } = withShortEnd(planned);
  const all = [...Object.values(workloads.processes), ...Object.values(workloads.crons)];
  const left = [...new Set(all.flatMap(({ secrets = [] }) => secrets))];
  const variables = new Set(
    all.flatMap(({ env = {} }) => Object.entries(env).flatMap(([name, value]) => (readsSecret(value) ? [name] : []))),
  );
  return {
    app,
    notes: [
      ...notesOf(
        left,
        [...variables].filter((name) => !Object.hasOwn(review.env ?? {}, name)),
      ),
      ...leftOutOfPods(all),
      ...notes,
    ],
  };
}

/** Milliseconds: a removed environment waits for its pods that long. */
const LONGEST_END_MS = 600_000;

/** The app with `drain` and `grace` of at most ten minutes together: pods keep their environment while they end. */
function withShortEnd(app: PlannedApp): { app: PlannedApp; notes: string[] } {
  const isLong = ({ drainMs, graceMs }: PlannedApp['processes'][number]) => drainMs + graceMs > LONGEST_END_MS;
  const processes = app.processes.map((process) => {
    if (!isLong(process)) return process;
    const drainMs = Math.min(process.drainMs, LONGEST_END_MS / 2);
    return { ...process, drainMs, graceMs: Math.min(process.graceMs, LONGEST_END_MS - drainMs) };
  });
  const long = app.processes.filter(isLong).map(({ component }) => component);
  const notes = long.map(
    (name) => `drain and grace of ${name} are at most 10m together: a removed environment waits for its pods`,
  );
  return { app: { ...app, processes }, notes };
}

function notesOf(secrets: readonly string[], variables: readonly string[]): string[] {
  const instead = 'a review environment gets its own database, and what else it needs from review.env';
  return [
    ...(secrets.length === 0 ? [] : [`deploy.secrets (${secrets.join(', ')}) are left out: ${instead}`]),
    ...(variables.length === 0
      ? []
      : [`variables that are read from Secrets (${variables.join(', ')}) are left out: ${instead}`]),
  ];
}

function withoutSecrets(env: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(env).filter(([, value]) => !readsSecret(value)));
}

/** Placeholders of the database, each a key of its Secret, and of the services. */
function connectionsOf({ database, services }: Pick<ReviewAppParts, 'database' | 'services'>): KnownValues {
  const keys = database === undefined ? [] : Object.entries(connectionKeys(database.engine));
  return {
    ...Object.fromEntries(keys.map(([part, key]) => [`database.${part}`, { secret: DATABASE, key }])),
    ...serviceConnections(services),
  };
}

/** By its schedule; a person can run each one by a command. */
function runsCron(asked: ReviewConfig['crons'], name: string): boolean {
  return Array.isArray(asked) ? asked.includes(name) : (asked ?? false);
}

function mapped<T>(all: Readonly<Record<string, T>>, change: (one: T, name: string) => T): Record<string, T> {
  return Object.fromEntries(Object.entries(all).map(([name, one]) => [name, change(one, name)]));
}

/**
 * Removes variables that a database sets: a variable of the container overrides that of its Secret and would point to
 * another database.
 */
function withoutTakenOver(env: Record<string, string>, database: PlannedDatabase | undefined): Record<string, string> {
  if (database === undefined) return env;
  const own = new Set(Object.keys(databaseVariables(database, '')));
  return Object.fromEntries(Object.entries(env).filter(([name]) => !own.has(name)));
}
