import { readFileSync } from 'node:fs';
import { load } from 'js-yaml';
import type { Trigger } from './github-context.ts';

export interface StepFile {
  id?: string;
  name?: string;
  if?: string | boolean;
  uses?: string;
  with?: Record<string, unknown>;
  run?: string;
  shell?: string;
  env?: Record<string, unknown>;
  'working-directory'?: string;
  'continue-on-error'?: boolean;
}

export interface JobFile {
  name?: string;
  if?: string | boolean;
  needs?: string | string[];
  permissions?: Permissions;
  environment?: string | { name: string; url?: string; deployment?: boolean | string };
  concurrency?: ConcurrencyFile;
  env?: Record<string, unknown>;
  outputs?: Record<string, string>;
  /** Of a job that runs by itself. */
  steps?: StepFile[];
  /** Of a job that calls a reusable workflow, with `with` and `secrets`. */
  uses?: string;
  with?: Record<string, unknown>;
  secrets?: 'inherit' | Record<string, string>;
  strategy?: unknown;
}

export type ConcurrencyFile =
  | string
  | { group: string; 'cancel-in-progress'?: boolean | string; queue?: 'single' | 'max' };

export type Permissions = 'read-all' | 'write-all' | Record<string, 'read' | 'write' | 'none'>;

interface Filter {
  types?: string[];
  branches?: string[];
  workflows?: string[];
}

export interface InputFile {
  type?: 'string' | 'boolean' | 'number';
  required?: boolean;
  default?: unknown;
}

/** `on: workflow_call`: what a caller may give, and what it gets. */
export interface CallFile {
  inputs?: Record<string, InputFile>;
  secrets?: Record<string, { required?: boolean } | null>;
  outputs?: Record<string, { value: string }>;
}

export interface WorkflowFile {
  name?: string;
  on: string | string[] | Record<string, (Filter & CallFile) | null>;
  permissions?: Permissions;
  env?: Record<string, unknown>;
  concurrency?: ConcurrencyFile;
  jobs: Record<string, JobFile>;
}

/** Reads a workflow. What it means is checked by `npm run lint` with GitHub's own language service. */
export function readWorkflow(path: string): WorkflowFile {
  return load(readFileSync(path, 'utf8')) as WorkflowFile;
}

/** Activity types that a bare `pull_request:` stands for. @see GitHub docs, "Events that trigger workflows" */
const DEFAULT_TYPES = ['opened', 'synchronize', 'reopened'];

/** Would GitHub start this workflow for the event? Branches are compared by their names, without patterns. */
export function isTriggered(workflow: WorkflowFile, { event, payload }: Trigger): boolean {
  const on = typeof workflow.on === 'string' ? [workflow.on] : workflow.on;
  const filters = Array.isArray(on) ? Object.fromEntries(on.map((name) => [name, null])) : on;
  if (!(event in filters)) return false;
  const { types, branches, workflows } = filters[event] ?? {};
  if (event === 'workflow_run') return isFollowed(payload, workflows, types);
  if (event.startsWith('pull_request') && !(types ?? DEFAULT_TYPES).includes(payload.action ?? '')) return false;
  if (!branches) return true;
  const branch = event === 'push' ? payload.ref?.replace('refs/heads/', '') : payload.pull_request?.base.ref;
  return branch !== undefined && branches.includes(branch);
}

function isFollowed(payload: Trigger['payload'], workflows: string[] = [], types: string[] = []): boolean {
  const { name } = Object(payload.workflow_run);
  return workflows.includes(name) && (types.length === 0 || types.includes(payload.action ?? ''));
}

/** Inputs of a workflow_dispatch: what was given, else the default. GitHub gives booleans as booleans here. */
export function dispatchInputs(workflow: WorkflowFile, { event, payload }: Trigger): Record<string, unknown> {
  if (event !== 'workflow_dispatch' || typeof workflow.on !== 'object' || Array.isArray(workflow.on)) return {};
  const declared = workflow.on.workflow_dispatch?.inputs ?? {};
  return Object.fromEntries(
    Object.entries(declared).map(([name, { default: value, type }]) => {
      const given = payload.inputs?.[name] ?? value ?? '';
      // The payload has texts only; the context has the type that the workflow declares.
      return [name, type === 'boolean' ? String(given) === 'true' : given];
    }),
  );
}
