import type { SlipwayError } from './errors.ts';
import type { Outcome } from './outcome.ts';

/** Names of the stages of the pipeline: the actions' folder names. */
export const STAGES = [
  'build-image',
  'run-tests',
  'preflight',
  'push-to-registry',
  'review-environment',
  'rolling-update',
  'promote',
] as const;
export type StageName = (typeof STAGES)[number];

/** All actions except the root one: the stages, and the actions beside the pipeline. */
export const ACTIONS = [...STAGES, 'reap-environments', 'clean-registry', 'drift'] as const;
export type ActionName = (typeof ACTIONS)[number];

/** One timed step inside a stage, in the order they began. */
export interface Step {
  name: string;
  /** Duration in milliseconds. */
  ms: number;
  /** Name of the Job that the step runs. */
  job?: string;
}

/** A GitHub annotation. @see https://docs.github.com/actions/reference/workflow-commands-for-github-actions */
export interface Annotation {
  level: 'notice' | 'warning' | 'error';
  message: string;
  title?: string;
  file?: string;
  line?: number;
}

/** A section of the job summary that is particular to a stage: Markdown tables, lists and folded logs. */
export type SummaryBlock =
  | { kind: 'facts'; rows: [name: string, value: string][] }
  | { kind: 'table'; title?: string; header: string[]; rows: string[][] }
  /** `open`: shown without a click. */
  | { kind: 'log'; title: string; lines: string[]; open?: boolean }
  /** A diagram in the language of Mermaid, which GitHub draws. */
  | { kind: 'diagram'; title: string; lines: string[] }
  | { kind: 'text'; text: string };

/**
 * The result of a stage. `report/` renders summary, comment, annotations and outputs from it alone.
 * Values in `facts`, `table` and `text` are plain text: `report/` escapes them for Markdown.
 */
export interface StageResult {
  /** `pipeline` where the run failed before a stage began. */
  stage: ActionName | 'pipeline';
  outcome: Outcome;
  /** Nothing was written: the result says what would happen. */
  dryRun?: boolean;
  /** One sentence for a person: the present state. */
  headline: string;
  /** Outputs of the action, by the names of its action.yml, without `outcome` (which is set from above). */
  outputs: Record<string, string>;
  steps: Step[];
  /** Milliseconds from the beginning to the end of the stage. */
  ms: number;
  blocks: SummaryBlock[];
  annotations: Annotation[];
  /** Set when the outcome exits non-zero. */
  error?: SlipwayError;
}

/** A result with this outcome and headline and nothing else: no outputs, steps, blocks or annotations. */
export function stageResult(stage: StageResult['stage'], outcome: Outcome, headline: string): StageResult {
  return { stage, outcome, headline, outputs: {}, steps: [], ms: 0, blocks: [], annotations: [] };
}
