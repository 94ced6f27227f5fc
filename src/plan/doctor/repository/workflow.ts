import { fields, isFields, list, textOf } from '../../../objects/fields.ts';

/** A file of .github/workflows, after reading its YAML. */
export interface WorkflowFile {
  /** Path from the root of the checkout. */
  path: string;
  content: unknown;
}

/** A call of Slipway, with its inputs. */
export interface SlipwayCall {
  /** Name of the action; empty for the root action. For a reusable workflow, its file without `.yml`. */
  name: string;
  kind: 'action' | 'workflow';
  inputs: Readonly<Record<string, unknown>>;
}

/** A job that calls Slipway. */
export interface SlipwayJob {
  path: string;
  /** Key in `jobs`. */
  job: string;
  /** Events that start the workflow. */
  events: readonly string[];
  calls: readonly SlipwayCall[];
  /** GitHub environment; undefined: none. An expression stays as it is. */
  environment: string | undefined;
  /** Of the job, else of the workflow; undefined: those of the repository. */
  permissions: unknown;
  /** How it signs in to Google Cloud, with expressions as they are; undefined: it does not. */
  signIn: { provider: string; account: string } | undefined;
  /** owner/name of every action and reusable workflow that it calls. */
  uses: readonly string[];
  vars: readonly string[];
  secrets: readonly string[];
}

/** Any owner may have forked or mirrored it. `$/` is the repository of the running workflow. */
const ACTION = /^(?:\$|[\w.-]{1,100}\/slipway)(?:\/actions\/([\w-]{1,50}))?(?:@\S{1,200})?$/;
const WORKFLOW = /^[\w.-]{1,100}\/slipway\/\.github\/workflows\/([\w-]{1,80})\.ya?ml@\S{1,200}$/;
const GOOGLE = 'google-github-actions/auth@';

/** The reusable workflows of Slipway, which decide by themselves how they sign in. */
export interface Library {
  /** Name of the file without `.yml` → content. */
  workflows: Readonly<Record<string, unknown>>;
  /** Some cluster is one of GKE: the jobs sign in to Google Cloud, otherwise by a kubeconfig. */
  google: boolean;
}

/** The jobs that call Slipway, in the order of the files; in place of a call of a reusable workflow, the jobs inside of it. */
export function slipwayJobs(files: readonly WorkflowFile[], library?: Library): SlipwayJob[] {
  return files.flatMap(({ path, content }) => {
    const workflow = fields(content);
    return Object.entries(fields(workflow.jobs)).flatMap(([job, value]) => {
      const found = jobOf(fields(value), workflow);
      if (found.calls.length === 0) return [];
      const own = { path, job, events: eventsOf(workflow), ...found };
      const [call] = found.calls;
      const called = call?.kind === 'workflow' ? library?.workflows[call.name] : undefined;
      return called === undefined || library === undefined ? [own] : jobsInside(own, fields(called), library.google);
    });
  });
}

/** The jobs of a reusable workflow, with the inputs and permissions of its caller. */
function jobsInside(caller: SlipwayJob, workflow: Record<string, unknown>, google: boolean): SlipwayJob[] {
  const { inputs } = fields(fields(fields(workflow.on ?? workflow.true).workflow_call));
  const defaults = Object.entries(fields(inputs)).map(([name, input]) => [name, fields(input).default]);
  const given = { ...Object.fromEntries(defaults), ...caller.calls[0]?.inputs };
  return Object.entries(fields(workflow.jobs)).flatMap(([name, value]) => {
    const found = jobOf(fields(withInputs(value, given)), workflow);
    if (found.calls.length === 0) return [];
    return [
      {
        ...found,
        path: caller.path,
        job: `${caller.job} / ${name}`,
        events: caller.events,
        permissions: found.permissions ?? caller.permissions,
        uses: [...new Set([...caller.uses, ...found.uses])],
        signIn: google ? found.signIn : undefined,
        vars: google ? found.vars : [],
        secrets: google ? [] : found.secrets.filter((secret) => secret.endsWith('KUBECONFIG')),
      },
    ];
  });
}

function withInputs(value: unknown, inputs: Readonly<Record<string, unknown>>): unknown {
  const text = JSON.stringify(value).replace(
    /\$\{\{\s{0,10}inputs\.([\w-]{1,100})\s{0,10}\}\}/g,
    (whole, name: string) => {
      const given = inputs[name];
      return given === undefined ? whole : JSON.stringify(String(given)).slice(1, -1);
    },
  );
  return JSON.parse(text);
}

function jobOf(
  job: Record<string, unknown>,
  workflow: Record<string, unknown>,
): Omit<SlipwayJob, 'path' | 'job' | 'events'> {
  const steps = list(job.steps);
  const called = WORKFLOW.exec(textOf(job.uses))?.[1];
  const calls: SlipwayCall[] = steps.flatMap(({ uses, with: inputs }) => {
    const match = ACTION.exec(textOf(uses));
    return match === null ? [] : [{ name: match[1] ?? '', kind: 'action' as const, inputs: fields(inputs) }];
  });
  if (called !== undefined) calls.push({ name: called, kind: 'workflow', inputs: fields(job.with) });
  const environment = isFields(job.environment) ? textOf(job.environment.name) : textOf(job.environment);
  return {
    calls,
    environment: environment === '' ? undefined : environment,
    permissions: job.permissions ?? workflow.permissions,
    signIn: signInOf(steps),
    uses: usedBy([job.uses, ...steps.map(({ uses }) => uses)]),
    vars: referred('vars', job),
    secrets: referred('secrets', job).filter((name) => name !== 'GITHUB_TOKEN'),
  };
}

function signInOf(steps: readonly Record<string, unknown>[]): SlipwayJob['signIn'] {
  const step = steps.find(({ uses }) => textOf(uses).startsWith(GOOGLE));
  if (step === undefined) return undefined;
  const inputs = fields(step.with);
  return { provider: textOf(inputs.workload_identity_provider), account: textOf(inputs.service_account) };
}

function usedBy(all: readonly unknown[]): string[] {
  const names = all.flatMap((uses) => /^([\w.-]{1,100}\/[\w.-]{1,100})[/@]/.exec(textOf(uses))?.[1] ?? []);
  return [...new Set(names)].filter((name) => !name.startsWith('./'));
}

function referred(context: 'vars' | 'secrets', job: unknown): string[] {
  const text = JSON.stringify(job);
  const names = [...text.matchAll(/\b(vars|secrets)\.([A-Za-z_]\w{0,200})/g)].flatMap(([, from, name = '']) =>
    from === context ? [name.toUpperCase()] : [],
  );
  return [...new Set(names)].sort();
}

/** YAML 1.1 reads the key `on` as true. */
function eventsOf(workflow: Record<string, unknown>): string[] {
  const on = workflow.on ?? workflow.true;
  if (typeof on === 'string') return [on];
  return Array.isArray(on) ? on.map(String) : Object.keys(fields(on));
}

/** The place of a job, for people. */
export function placeOf({ path, job }: Pick<SlipwayJob, 'path' | 'job'>): string {
  return `${path}, job ${job}`;
}
