import { filled } from '../../config/placeholders.ts';
import { appObjects, migrationJob } from '../../objects/app/app.ts';
import type { AppSpec, PodPart } from '../../objects/app/app-spec.ts';
import type { Images } from '../../objects/images.ts';
import type { LoginHashes } from '../../objects/ingress/login.ts';
import type { KubeObject } from '../../ports.ts';
import type { ReviewUpPlan } from '../review-plan.ts';
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

/** A part with the placeholders of `review.env` replaced in its variables; those of deploy.env arrive as they are written. */
function inEnvironment<T extends PodPart>(part: T, plan: ReviewUpPlan, { commit = '' }: Known): T {
  const { app, templated, owner, url = '' } = plan;
  const values = { number: String(owner.number), host: app.ingress?.host ?? '', url, commit };
  const own = Object.entries(part.env).map(([name, value]) => [
    name,
    templated.includes(name) ? filled(value, values) : value,
  ]);
  return { ...part, env: Object.fromEntries(own) };
}

/**
 * The objects of the app, and the Jobs that run before it: first the migration, then, once, the seed, which needs its
 * tables. A dump contains its own tables and is loaded before the migration.
 */
export function reviewAppObjects(plan: ReviewUpPlan, known: Known): { objects: KubeObject[]; jobs: KubeObject[] } {
  const { images, nativeSleep, login } = known;
  const processes = plan.app.processes.map((process) => inEnvironment(process, plan, known));
  const crons = plan.app.crons.map((cron) => inEnvironment(cron, plan, known));
  const spec: AppSpec = { ...plan.app, processes, crons, images, nativeSleep, login };
  const objects = appObjects(spec);
  const jobs = plan.migrate === undefined ? [] : [migrationJob(spec, plan.migrate)];
  const { seed, database, owner, namespace } = plan;
  if (!known.unseeded || seed === undefined || database === undefined) return { objects, jobs };
  if (seed.kind === 'command')
    return { objects, jobs: [...jobs, commandSeedJob(seed, database, spec, owner, plan.migrate)] };
  const load = seedJob(seed, database, owner, namespace);
  const first = seed.kind === 'file' && seed.before;
  return {
    objects: [seedConfigMap(seed, database, owner, namespace), ...objects],
    jobs: first ? [load, ...jobs] : [...jobs, load],
  };
}
