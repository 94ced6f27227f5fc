import { type ChartPlaceholderValues, filled } from '../../config/placeholders.ts';
import type { Migration } from '../../config/workloads.ts';
import { appObjects, migrationJob } from '../../objects/app/app.ts';
import type { AppSpec, PodPart } from '../../objects/app/app-spec.ts';
import type { Images } from '../../objects/images.ts';
import type { LoginHashes } from '../../objects/ingress/login.ts';
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

/** Variables with the placeholders of `review.env` replaced; those of deploy.env arrive as they are written. */
export function filledEnv(
  env: Readonly<Record<string, string>>,
  plan: ReviewUpPlan,
  known: Pick<Known, 'commit'>,
): Record<string, string> {
  const values = placeholderValues(plan, known);
  const own = Object.entries(env).map(([name, value]) => [
    name,
    plan.templated.includes(name) ? filled(value, values) : value,
  ]);
  return Object.fromEntries(own);
}

/** The values of all placeholders. */
export function placeholderValues(
  { app, owner, url = '', namespace }: ReviewUpPlan,
  { commit = '' }: Pick<Known, 'commit'>,
): ChartPlaceholderValues {
  const host = app.ingress?.host ?? '';
  return { number: String(owner.number), host, url, commit, namespace, 'database-secret': DATABASE };
}

/** The objects of the app, and the Jobs that run before it. */
export function reviewAppObjects(plan: ReviewUpPlan, known: Known): AppObjects {
  const { images, nativeSleep, login } = known;
  const inEnvironment = <T extends PodPart>(part: T): T => ({ ...part, env: filledEnv(part.env, plan, known) });
  const processes = plan.app.processes.map(inEnvironment);
  const crons = plan.app.crons.map(inEnvironment);
  const spec: AppSpec = { ...plan.app, processes, crons, images, nativeSleep, login };
  return withJobs(plan, known, appObjects(spec), (migration) => migrationJob(spec, migration));
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
