import type { ChartPlaceholderValues } from '../../config/placeholders.ts';
import type { Migration } from '../../config/workloads.ts';
import { appObjects, migrationJob } from '../../objects/app/app.ts';
import type { AppSpec } from '../../objects/app/app-spec.ts';
import type { Images } from '../../objects/images.ts';
import type { LoginHashes } from '../../objects/ingress/login.ts';
import { patchedObjects, refuseMissed } from '../../objects/patch/patches.ts';
import { type KnownValues, placeValues } from '../../objects/value.ts';
import type { KubeObject } from '../../ports.ts';
import type { ReviewUpPlan } from '../review-plan.ts';
import { DATABASE } from './database/database.ts';
import { commandSeedJob, seedConfigMap, seedJob } from './database/seed-objects.ts';

/** What is known only after the cluster is open and the image resolved. */
export interface Known {
  /** By digest. */
  images: Images;
  nativeSleep: boolean;
  /** The database is not seeded yet. */
  unseeded: boolean;
  /** Full commit id; default: none, of a template. */
  commit?: string;
  /** The login that visitors need; undefined: none. */
  login?: LoginHashes | undefined;
}

/** The values of all placeholders of variables. */
export function variableValues({ app }: ReviewUpPlan, { commit }: Pick<Known, 'commit'>): KnownValues {
  return { ...placeValues({ ...app, commit }), ...app.connections };
}

/** The values of all placeholders. */
export function placeholderValues(
  { app, owner, url = '', namespace }: ReviewUpPlan,
  { commit = '' }: Pick<Known, 'commit'>,
): ChartPlaceholderValues {
  const host = app.ingress?.host ?? '';
  return { number: String(owner.number), host, url, commit, namespace, 'database-secret': DATABASE };
}

/**
 * The objects of the app, and the Jobs that run before it.
 * @throws UserError for a patch of slipway.yml that does not apply
 */
export function reviewAppObjects(plan: ReviewUpPlan, known: Known): AppObjects & { notes: string[] } {
  const { images, nativeSleep, commit, login } = known;
  const { patches } = plan;
  const spec: AppSpec = { ...plan.app, images, nativeSleep, commit, login };
  const values = placeValues(spec);
  const objects = patchedObjects(appObjects(spec), patches, values);
  const jobOf = (migration: Migration) => migrationJob(spec, migration, objects);
  const migration = plan.migrate === undefined ? [] : [jobOf(plan.migrate)];
  const notes = refuseMissed(patches, [...objects, ...migration]);
  const made = withJobs(plan, known, objects, (one) => patchedObjects([jobOf(one)], patches, values)[0] ?? jobOf(one));
  return { ...made, notes };
}

export interface AppObjects {
  objects: KubeObject[];
  jobs: KubeObject[];
}

/**
 * The objects, and the Jobs that run before the workloads: first the migration, then, once, the seed, which needs its tables. A
 * dump contains its own tables and is loaded before the migration.
 * @param jobOf a Job that runs a command in the pod of the app
 */
export function withJobs(
  { app, migrate, seed, database, owner, namespace }: ReviewUpPlan,
  { unseeded }: Pick<Known, 'unseeded'>,
  objects: KubeObject[],
  jobOf: (migration: Migration) => KubeObject,
): AppObjects {
  const jobs = migrate === undefined ? [] : [jobOf(migrate)];
  if (!unseeded || seed === undefined || database === undefined) return { objects, jobs };
  if (seed.kind === 'command') {
    const image = migrate?.image ?? app.processes[0]?.image ?? '';
    const job = jobOf({ image, command: seed.command });
    return { objects, jobs: [...jobs, commandSeedJob(seed, database, job, owner)] };
  }
  const load = seedJob(seed, database, owner, namespace);
  const first = seed.kind === 'file' && seed.before;
  return {
    objects: [seedConfigMap(seed, database, owner, namespace), ...objects],
    jobs: first ? [load, ...jobs] : [...jobs, load],
  };
}
