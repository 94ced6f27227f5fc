import { about, BuildsFailed, SlipwayError } from '../../errors.ts';

/** A build of the run that failed. */
export interface Failure {
  /** Its name; empty for the only build. */
  title: string;
  error: SlipwayError;
}

/**
 * The error of a run whose builds failed: that of the only failure, otherwise one that holds all. Builds that fail by the same
 * step are one failure: a stage for tests shares steps with its image.
 * @param builds how many there were
 */
export function failureOf(failures: readonly Failure[], builds: number): SlipwayError {
  const titles = new Map<string, string[]>();
  for (const { title, error } of failures) titles.set(error.message, [...(titles.get(error.message) ?? []), title]);
  const errors = failures.flatMap(({ title, error }) => {
    const own = titles.get(error.message) ?? [];
    if (own[0] !== title) return [];
    return title === '' ? error : about(own.join(' and '), error);
  });
  const [first] = errors;
  if (first !== undefined && errors.length === 1) return first;
  return new BuildsFailed(`${failures.length} of ${builds} builds failed`, {
    errors,
    details: errors.flatMap(({ message, details, remedy }) => [
      message,
      ...[...details, ...(remedy === undefined ? [] : [remedy])].map((line) => `  ${line}`),
    ]),
    remedy: 'Correct each of them; nothing was pushed or deployed. The next run reuses the builds that succeeded.',
  });
}

/** A failure that a person can read; anything else is a defect, and thrown on. */
export function asFailure(title: string, error: unknown): Failure {
  if (error instanceof SlipwayError) return { title, error };
  throw error;
}
