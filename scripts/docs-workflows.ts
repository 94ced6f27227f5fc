import { dump, load } from 'js-yaml';

type Values = Record<string, unknown>;

const isMap = (value: unknown): value is Values => typeof value === 'object' && value !== null && !Array.isArray(value);

/** Keys of a job of which at least one is in every fragment of a job. */
const JOB_KEYS = ['steps', 'strategy', 'uses', 'needs', 'permissions', 'environment', 'if'];

/** Our action that a step with this id stands for. */
const STEPS: Record<string, string> = {
  build: 'build-image',
  test: 'run-tests',
  push: 'push-to-registry',
  review: 'review-environment',
  deploy: 'rolling-update',
};

/**
 * A workflow block of a page as a whole workflow: a list is the steps of a job, a map with `steps` a job, any other map
 * jobs by their ids. Steps and jobs that the block refers to and does not contain are added.
 * @throws if the block is none of these
 */
export function wholeWorkflow(text: string): string {
  const value = load(text);
  const whole: Values =
    isMap(value) && 'jobs' in value
      ? value
      : { jobs: withNeeded(jobsOf(value).map(([id, job]) => [id, wholeJob(job)])) };
  return dump({ on: ['push', 'pull_request'], permissions: {}, ...whole }, { lineWidth: -1, noRefs: true });
}

function jobsOf(value: unknown): [string, Values][] {
  if (Array.isArray(value)) return [['job', { steps: value as unknown[] }]];
  if (isMap(value)) {
    if (JOB_KEYS.some((key) => key in value)) return [['job', value]];
    const jobs = Object.entries(value).filter((entry): entry is [string, Values] => isMap(entry[1]));
    if (jobs.length > 0 && jobs.every(([, job]) => 'steps' in job || 'uses' in job)) return jobs;
  }
  throw new Error('neither a workflow, nor jobs, nor a job, nor steps');
}

function wholeJob(job: Values): Values {
  if ('uses' in job) return job;
  const steps = (job.steps as Values[] | undefined) ?? [];
  const ids = steps.map(({ id }) => id);
  const before = referredTo(job, 'steps')
    .filter(([id]) => !ids.includes(id))
    .map(([id]) => ({ id, uses: `slipway-deploy/slipway/actions/${STEPS[id] ?? id}@v1` }));
  return {
    'runs-on': 'ubuntu-24.04',
    ...job,
    steps: [...uniqueById(before), ...steps, ...(steps.length > 0 ? [] : [{ run: 'true' }])],
  };
}

/** The jobs, with an empty one for each that a fragment needs and does not contain. */
function withNeeded(jobs: [string, Values][]): Values {
  const all = Object.fromEntries(jobs);
  for (const [name, job] of jobs) {
    const referred = referredTo(job, 'needs');
    const missing = [...new Set([...[job.needs ?? []].flat().map(String), ...referred.map(([id]) => id)])];
    for (const id of missing.filter((one) => !(one in all))) {
      const outputs = Object.fromEntries(referred.filter(([of]) => of === id).map(([, output]) => [output, 'value']));
      all[id] = { 'runs-on': 'ubuntu-24.04', outputs, steps: [{ run: 'true' }] };
    }
    if (missing.length > 0 && !('needs' in job)) all[name] = { needs: missing, ...job };
  }
  return all;
}

/** What a value refers to as `steps.<id>.outputs.<name>`, or as `needs.…`. */
function referredTo(value: unknown, context: 'steps' | 'needs'): [id: string, output: string][] {
  const text = JSON.stringify(value);
  const found = text.matchAll(/\b(steps|needs)\.([\w-]+)\.outputs\.([\w-]+)/g);
  return [...found].filter(([, of]) => of === context).map(([, , id = '', output = '']) => [id, output]);
}

const uniqueById = (steps: { id: string; uses: string }[]) => [
  ...new Map(steps.map((step) => [step.id, step])).values(),
];
