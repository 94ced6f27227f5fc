import { cutLine, LONGEST_LINE } from './cut.ts';

/**
 * Output of pods, builds and tests is data. An unchanged line could command the runner, which reads `::name::` at the start of a
 * line (after white space) and the older `##[name]` anywhere in it.
 * @see https://docs.github.com/actions/reference/workflow-commands-for-github-actions
 */

// biome-ignore lint/suspicious/noControlCharactersInRegex: this removes control characters
const ANSI = /\u001b(?:\[[0-?]*[ -/]*[@-~]|\][^\u0007\u001b]*(?:\u0007|\u001b\\)|[@-Z\\-_])/g;
// biome-ignore lint/suspicious/noControlCharactersInRegex: this removes control characters
const CONTROL = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g;
const ZERO_WIDTH = '\u200b';

/**
 * One harmless line: no escape sequences, control or bidirectional characters, nothing that the runner takes for a command.
 * @param longest characters; a longer line is cut and shows its length
 */
export function neutraliseLine(line: string, longest = LONGEST_LINE): string {
  const plain = line.replace(ANSI, '').replace(CONTROL, '');
  return cutLine(
    plain.replace(/^(\s*):(?=:)/, `$1:${ZERO_WIDTH}`).replace(/##(?=\[)/g, `#${ZERO_WIDTH}#${ZERO_WIDTH}`),
    longest,
  );
}

/** Splits text at any line break (a lone CR included) and neutralises each line. */
export function neutralise(text: string): string[] {
  return text.split(/\r\n|\n|\r/).map((line) => neutraliseLine(line));
}
