import { appendFileSync } from 'node:fs';
import { endGroup, error, notice, setOutput, startGroup, warning } from '@actions/core';
import { messageOf } from '../../errors.ts';
import type { Log } from '../../ports.ts';
import type { Annotation } from '../../stage-result.ts';
import type { Secrets } from './secrets.ts';

/** The rendered results of a run. */
export interface Publication {
  annotations: Annotation[];
  outputs: Record<string, string>;
  /** Markdown. */
  summary: string;
  /** The end of the log. */
  lines: string[];
  /** The errors in full. */
  problems: string[];
}

/**
 * Gives the results of a run to the runner: outputs, job summary, the end of the log and annotations. Outside of GitHub,
 * writes the end of the log, and the files whose variables are set. The outputs come first: later steps depend on them.
 */
export function publish(publication: Publication, env: NodeJS.ProcessEnv, log: Log, secrets: Secrets): void {
  writeOutputs(publication.outputs, env);
  writeSummary(secrets.redact(publication.summary), env, log);
  for (const line of publication.lines) log.info(line);
  if (env.GITHUB_ACTIONS !== 'true') {
    for (const [index, line] of publication.problems.entries()) log.info(index === 0 ? `error: ${line}` : line);
    return;
  }
  writeProblems(publication, log);
  for (const annotation of publication.annotations) annotate(annotation, secrets);
}

/** The runner also prints an annotation into the log. A folded group before it holds the lines that the annotation omits. */
function writeProblems({ problems, annotations: [first] }: Publication, log: Log): void {
  const shown = first?.level === 'error' ? first.message.split('\n').length : 0;
  if (problems.length <= shown) return;
  startGroup(`The whole diagnosis (${problems.length} lines)`);
  for (const line of problems) log.info(line);
  endGroup();
}

/**
 * Writes outputs into the file GITHUB_OUTPUT, between random delimiters. Without that file nobody reads them, and today's
 * runners refuse the command `set-output` that @actions/core would print.
 */
function writeOutputs(outputs: Record<string, string>, env: NodeJS.ProcessEnv): void {
  if (!env.GITHUB_OUTPUT) return;
  for (const [name, value] of Object.entries(outputs)) setOutput(name, value);
}

/** A summary that cannot be written (a full disk) changes no outcome. */
function writeSummary(summary: string, env: NodeJS.ProcessEnv, log: Log): void {
  if (!env.GITHUB_STEP_SUMMARY) return;
  try {
    appendFileSync(env.GITHUB_STEP_SUMMARY, `${summary}\n`);
  } catch (thrown) {
    log.warning(`the job summary could not be written: ${messageOf(thrown)}`);
  }
}

const ISSUE = { error, warning, notice };

function annotate({ level, message, title, file, line }: Annotation, secrets: Secrets): void {
  const properties = {
    ...(title ? { title: secrets.redact(title) } : {}),
    ...(file ? { file } : {}),
    ...(line ? { startLine: line } : {}),
  };
  ISSUE[level](secrets.redact(message), properties);
}
