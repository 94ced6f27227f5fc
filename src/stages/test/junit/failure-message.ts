/** The texts of a failure in a report. */
export interface FailureText {
  /** One line. */
  message: string;
  /** Usually with the stack. */
  text: string;
}

/** Characters. */
const LONGEST_MESSAGE = 1_000;
const LONGEST_TEXT = 16_000;
/** Messages without information: gotestsum and go-junit-report write "Failed". */
const SAYS_NOTHING = /^(failed|failure|error|test failed|assertion ?failed|assertionerror)?[.:!]?$/i;
/** Lines of `go test` around the output of a case. */
const FRAME = /^(=== |--- |\s*$)/;

/**
 * The line with the reason of a failure, and the whole text, both cut: a report of a hundred megabytes must fit into a summary.
 * Keeps both ends of a long text, since stacks end in the test itself.
 */
export function failureMessage(message: string | undefined, body: string, type = ''): FailureText {
  const text = body.trim();
  const given = firstLine(message?.trim() ?? '');
  const best = SAYS_NOTHING.test(given) ? text.split('\n').find((line) => !FRAME.test(line)) : undefined;
  return {
    message: copyOf(cut((best ?? (given || firstLine(text) || type)).trim(), LONGEST_MESSAGE)),
    text: copyOf(cutMiddle(text || (message?.trim() ?? ''))),
  };
}

function firstLine(text: string): string {
  return text.split(/\r?\n/, 1)[0] ?? '';
}

function cut(text: string, longest: number): string {
  return text.length <= longest ? text : `${text.slice(0, longest)} … [${text.length - longest} characters are cut]`;
}

function cutMiddle(text: string): string {
  if (text.length <= LONGEST_TEXT) return text;
  const half = LONGEST_TEXT / 2;
  return `${text.slice(0, half)}\n… [${text.length - LONGEST_TEXT} characters are cut]\n${text.slice(-half)}`;
}

/** A part of a string keeps the whole string in memory. */
function copyOf(text: string): string {
  return Buffer.from(text).toString();
}
