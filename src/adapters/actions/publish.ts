import { appendFileSync } from 'node:fs';
import { error, notice, setOutput, warning } from '@actions/core';
import type { Log } from '../../ports.ts';
import type { Annotation } from '../../stage-result.ts';
import type { Secrets } from './secrets.ts';

/** What leaves a run, rendered. */
export interface Publication {
  annotations: Annotation[];
  outputs: Record<string, string>;
  /** Markdown. */
  summary: string;
  /** The end of the log. */
  lines: string[];
  /** What went wrong, in full. */
  problems: string[];
}

/**
 * Gives a run's results to the runner: outputs, job summary, annotations and the end of the log. Outside of GitHub only the
 * last, and the files where their variables are set.
 */
export function publish(publication: Publication, env: NodeJS.ProcessEnv, log: Log, secrets: Secrets): void {
  for (const line of publication.lines) log.info(line);
  writeOutputs(publication.outputs, env);
  if (env.GITHUB_STEP_SUMMARY) appendFileSync(env.GITHUB_STEP_SUMMARY, `${secrets.redact(publication.summary)}\n`);
  if (env.GITHUB_ACTIONS !== 'true') {
    for (const [index, line] of publication.problems.entries()) log.info(index === 0 ? `error: ${line}` : line);
    return;
  }
  // An annotation stands in the log as well; what it had to leave out is said before.
  const [first] = publication.annotations;
  const said = first?.level === 'error' ? first.message.split('\n').length : 0;
  if (publication.problems.length > said) for (const line of publication.problems) log.info(line);
  for (const annotation of publication.annotations) annotate(annotation, secrets);
}

/**
 * Outputs go to the file GITHUB_OUTPUT, between random delimiters. Without that file there is nobody who reads them;
 * the command `set-output`, which @actions/core would print then, is refused by today's runners.
 */
function writeOutputs(outputs: Record<string, string>, env: NodeJS.ProcessEnv): void {
  if (!env.GITHUB_OUTPUT) return;
  for (const [name, value] of Object.entries(outputs)) setOutput(name, value);
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
