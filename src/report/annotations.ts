import type { Annotation, StageResult } from '../stage-result.ts';
import { cutLine } from '../text/cut.ts';
import { neutralise } from '../text/neutralise.ts';
import { errorLines } from './error-text.ts';

/** GitHub keeps ten of each level per step and drops the rest silently. */
const PER_LEVEL = 10;
/** GitHub cuts messages at 4 KiB. */
const MAX_MESSAGE = 4_000;
const DETAILS = 12;
/** Characters of a line where the whole message is too long: every line of a diagnosis fits then. */
const LINE = 250;

/**
 * The annotations of a run, neutralised and within GitHub's limits: the error of each stage first, then the others.
 * If a level has more than ten, the tenth reports the number of omitted ones.
 * @see https://docs.github.com/actions/reference/limits
 */
export function annotationsOf(results: readonly StageResult[]): Annotation[] {
  const errors = results.filter((result) => result.error !== undefined).map(errorAnnotation);
  const all = [...errors, ...results.flatMap((result) => result.annotations)];
  return (['error', 'warning', 'notice'] as const).flatMap((level) => atMostTen(all.filter((a) => a.level === level)));
}

function errorAnnotation(result: StageResult): Annotation {
  const location = result.error?.location;
  return {
    level: 'error',
    title: result.stage,
    message: result.error ? fitting(errorLines(result.error, DETAILS)) : result.headline,
    ...(location ? { file: location.file } : {}),
    ...(location?.line ? { line: location.line } : {}),
  };
}

function fitting(lines: readonly string[]): string {
  const whole = lines.join('\n');
  return whole.length <= MAX_MESSAGE ? whole : lines.map((line) => cutLine(line, LINE)).join('\n');
}

function atMostTen(annotations: Annotation[]): Annotation[] {
  const [first] = annotations;
  const kept = annotations.slice(0, annotations.length > PER_LEVEL ? PER_LEVEL - 1 : PER_LEVEL).map(harmless);
  const rest = annotations.length - kept.length;
  if (!first || rest === 0) return kept;
  return [...kept, { level: first.level, message: `${rest} more of these are in the job summary and in the log` }];
}

function harmless(annotation: Annotation): Annotation {
  const message = neutralise(annotation.message).join('\n');
  const cut = message.length > MAX_MESSAGE ? `${message.slice(0, MAX_MESSAGE - 1)}…` : message;
  return {
    ...annotation,
    message: cut,
    ...(annotation.title ? { title: neutralise(annotation.title).join(' ') } : {}),
  };
}
