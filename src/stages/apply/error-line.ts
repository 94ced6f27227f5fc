/** A line that names an error: `ERROR: relation …`, `django.db.utils.ProgrammingError: …`, `Error: connect …`, `panic: …`. */
const NAMES_ERROR = /^[\w.:$/-]*(Error|Exception|Invalid|Failure)\b.*:|\b(ERROR|FATAL|Fatal|error|fatal|panic):\s/;
const SOUNDS_LIKE_ERROR = /error|fatal|exception|failed|denied|refused|cannot|could not|not found|does not exist/i;
/** Characters of a line that are read. */
const LONGEST_READ = 1_000;
/** Characters; more would hide the sentence around it. */
const LONGEST = 200;

/** The line of a log that most likely has the cause, trimmed and cut; undefined for an empty log. */
export function errorLine(log: readonly string[]): string | undefined {
  const lines = log.map((line) => line.slice(0, LONGEST_READ).trim()).filter((line) => line !== '');
  const found =
    lines.findLast((line) => NAMES_ERROR.test(line)) ??
    lines.findLast((line) => SOUNDS_LIKE_ERROR.test(line)) ??
    lines.at(-1);
  return found && found.length > LONGEST ? `${found.slice(0, LONGEST)} …` : found;
}
