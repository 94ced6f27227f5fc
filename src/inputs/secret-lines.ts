import { UserError } from '../errors.ts';

/** The variable with secrets of the app, which the reusable workflows pass as one. */
export const SECRET_LINES = 'SLIPWAY_SECRET_ENV';

/**
 * Reads lines `NAME=value`, and values of several lines as GitHub's file commands have them: `NAME<<END`, lines, `END`.
 * @throws UserError that names the line by its number alone: its text may be a secret
 * @see https://docs.github.com/actions/reference/workflow-commands-for-github-actions#environment-files
 */
export function readSecretLines(text: string): ReadonlyMap<string, string> {
  const lines = text.split(/\r?\n/);
  const values = new Map<string, string>();
  for (let at = 0; at < lines.length; at++) {
    const line = lines[at] ?? '';
    if (line.trim() === '') continue;
    const [, name = '', sign, rest = ''] = /^([A-Za-z_][A-Za-z0-9_]{0,200})(=|<<)(.*)$/.exec(line) ?? [];
    if (sign === undefined) throw unreadable(`line ${at + 1} is no NAME=value`);
    if (sign === '=') {
      values.set(name, rest);
      continue;
    }
    const end = lines.indexOf(rest, at + 1);
    if (rest === '' || end < 0) throw unreadable(`the value that begins in line ${at + 1} has no end`);
    values.set(name, lines.slice(at + 1, end).join('\n'));
    at = end;
  }
  return values;
}

function unreadable(what: string): UserError {
  return new UserError(`${SECRET_LINES}: ${what}`, {
    remedy: 'Write each variable as NAME=value on a line of its own; several lines as NAME<<END, the lines, END.',
  });
}
