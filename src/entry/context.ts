import type { Config } from '../config/schema.ts';
import type { PipelineEvent } from '../event/pipeline-event.ts';
import type { CommonInputs } from '../inputs/common.ts';
import type { Inputs } from '../inputs/read.ts';
import type { Clock, Log } from '../ports.ts';
import type { StageResult } from '../stage-result.ts';

/** What an entry works with. `config` and `event` are read on first use and kept. */
export interface Run {
  inputs: Inputs;
  common: CommonInputs;
  config(): Config;
  /** The same for work that does not need it; undefined if slipway.yml is missing or broken, which is logged once. */
  configIfThere(): Config | undefined;
  event(): PipelineEvent;
  log: Log;
  clock: Clock;
  env: NodeJS.ProcessEnv;
  /** Aborts with a `Cancelled` when the runner cancels the job (SIGINT, SIGTERM). */
  signal: AbortSignal;
  /** Takes work that may end after the results are known; it is awaited before the process ends. Never rejects. */
  afterwards(work: Promise<void>): void;
  /** Replaces every masked secret by ***, in text that leaves the runner outside of its log. */
  redact(text: string): string;
}

/** The work of a stage: reads its inputs, plans, wires the adapters, runs. Each `src/entry/<name>.ts` exports one. */
export type StageWork = (run: Run) => Promise<StageResult>;
