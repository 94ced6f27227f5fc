import { join } from 'node:path';
import { repositoryRoot } from '../../../local/demo/root.ts';
import { type Contexts, evaluateWhole, interpolate } from './expressions.ts';
import { type CallFile, type InputFile, type JobFile, readWorkflow, type WorkflowFile } from './workflow-file.ts';

const OURS = 'slipway-deploy/slipway/';

/** The reusable workflow that a job calls: ours are those of this checkout. */
export function calledWorkflow(uses: string): WorkflowFile {
  const path = /^(?:\$\/|\.\/|slipway-deploy\/slipway\/)(\.github\/workflows\/[^/@]+\.yml)(@[^@]+)?$/.exec(uses);
  const isOurs = uses.startsWith(OURS);
  if (!path?.[1] || (path[2] !== undefined) !== isOurs) throw new Error(`${uses} is no reusable workflow of ours`);
  return readWorkflow(join(repositoryRoot, path[1]));
}

function callOf(workflow: WorkflowFile, uses: string): CallFile {
  const { on } = workflow;
  if (typeof on !== 'object' || Array.isArray(on) || !('workflow_call' in on)) {
    throw new Error(`${uses} has no workflow_call`);
  }
  return on.workflow_call ?? {};
}

/**
 * What the called workflow has as `inputs`: each of its type, as given or by default. Throws where GitHub refuses the run:
 * an input that is unknown, missing or of another type.
 */
export function calledInputs(job: JobFile, workflow: WorkflowFile, contexts: Contexts): Record<string, unknown> {
  const uses = job.uses ?? '';
  const declared = callOf(workflow, uses).inputs ?? {};
  const given = job.with ?? {};
  const unknown = Object.keys(given).filter((name) => !(name in declared));
  if (unknown.length > 0) throw new Error(`${uses}: Invalid input, ${unknown} is not defined in the called workflow`);
  return Object.fromEntries(
    Object.entries(declared).map(([name, input]) => {
      if (!(name in given)) return [name, defaultOf(name, input, uses)];
      return [name, typed(name, input, evaluateWhole(given[name], contexts))];
    }),
  );
}

function defaultOf(name: string, { type, required, default: value }: InputFile, uses: string): unknown {
  if (required) throw new Error(`${uses}: Input ${name} is required, but not provided while calling`);
  return value ?? (type === 'boolean' ? false : type === 'number' ? 0 : '');
}

function typed(name: string, { type }: InputFile, value: unknown): unknown {
  if (type === undefined) throw new Error(`input ${name} of a called workflow needs a type`);
  if (type === 'string') return String(value ?? '');
  if (typeof value === type) return value;
  throw new Error(`Unexpected value '${value}' for input ${name}, which is a ${type}`);
}

/** What the called workflow has as `secrets`: those that the job passes, and no other of the repository. */
export function calledSecrets(
  job: JobFile,
  workflow: WorkflowFile,
  contexts: Contexts,
  own: Record<string, string>,
): Record<string, string> {
  if (job.secrets === 'inherit') return own;
  const uses = job.uses ?? '';
  const declared = callOf(workflow, uses).secrets ?? {};
  const given = job.secrets ?? {};
  for (const name of Object.keys(given)) {
    if (!(name in declared)) throw new Error(`${uses}: Invalid secret, ${name} is not defined in the called workflow`);
  }
  for (const [name, secret] of Object.entries(declared)) {
    if (secret?.required && !(name in given)) throw new Error(`${uses}: Secret ${name} is required, but not provided`);
  }
  return Object.fromEntries(Object.entries(given).map(([name, value]) => [name, interpolate(value, contexts)]));
}

/** Outputs of the called workflow, from those of its jobs. */
export function calledOutputs(
  workflow: WorkflowFile,
  jobs: Record<string, { result: string; outputs: Record<string, string> }>,
  inputs: Record<string, unknown>,
): Record<string, string> {
  const outputs = Object.entries(callOf(workflow, '').outputs ?? {});
  return Object.fromEntries(outputs.map(([name, { value }]) => [name, interpolate(value, { jobs, inputs })]));
}
