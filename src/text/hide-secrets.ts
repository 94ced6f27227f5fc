import { isSecretName, secretLike, secretOption, secretValue } from './secret-like.ts';

/** Replaces a hidden value. */
export const HIDDEN = '***';

/** Replaces what looks like a secret in a text by ***; hides the whole text if its name is that of a secret. */
export function hideInText(name: string, text: string): string {
  if (secretLike(name, text) === undefined) return hideAssigned(text);
  const lines = text.split('\n');
  // A file with a secret in one line shows the other lines.
  return lines.length < 3 || isSecretName(name) ? HIDDEN : lines.map(hideLine).join('\n');
}

function hideLine(line: string): string {
  return secretValue(line) === undefined ? hideAssigned(line) : HIDDEN;
}

/** The name before `=` or `:` at the end of a text: `db.password`, `"token"`, `--password`. */
const NAME_BEFORE = /([\w.-]+)["']?[ \t]{0,8}$/;
const LONGEST_NAME = 120;
/** The value after it. */
const VALUE = /[ \t]{0,8}("[^"\n]*"|'[^'\n]*'|[^\s,;}"']+)/y;

/** An option of a command and the argument after it, which is no option. */
const OPTION = /(?<![\w-])--?[A-Za-z][\w.-]*/g;
const GAP = /[ \t]{1,8}(?=[^\s-])/y;
const ARGUMENT = /"[^"\n]*"|'[^'\n]*'|[^\s;|&]+/y;

/** Hides the values of secret names: `db.password=x`, `"token": "x"`, `--password=x`, `--password x`, `key: x`. */
function hideAssigned(text: string): string {
  return hideAfterOptions(hideAfterNames(text));
}

function hideAfterOptions(text: string): string {
  let [shown, end] = ['', 0];
  for (const { index, 0: option } of text.matchAll(OPTION)) {
    GAP.lastIndex = index + option.length;
    if (!GAP.test(text)) continue;
    const at = GAP.lastIndex;
    ARGUMENT.lastIndex = at;
    const value = at < end || secretOption(option) === undefined ? undefined : ARGUMENT.exec(text)?.[0];
    // A reference to a variable is no secret.
    if (value === undefined || /^["']?\$/.test(value)) continue;
    shown += `${text.slice(end, at)}${HIDDEN}`;
    end = at + value.length;
  }
  return shown + text.slice(end);
}

function hideAfterNames(text: string): string {
  let [shown, end] = ['', 0];
  for (const { index } of text.matchAll(/[:=]/g)) {
    if (index < end) continue;
    const name = NAME_BEFORE.exec(text.slice(Math.max(end, index - LONGEST_NAME), index))?.[1];
    VALUE.lastIndex = index + 1;
    const [whole = '', value = ''] = VALUE.exec(text) ?? [];
    if (name === undefined || value === '' || secretLike(name.replace(/^-+/, ''), value) === undefined) continue;
    shown += `${text.slice(end, index + 1 + whole.length - value.length)}${HIDDEN}`;
    end = index + 1 + whole.length;
  }
  return shown + text.slice(end);
}

/** Names of variables that are settings. */
const SETTING =
  /(?:^|_)(?:level|mode|env|environment|host|hosts|hostname|port|name|region|zone|version|locale|lang|language|tz|timezone|debug|theme|enabled|flag|timeout|interval|limit|size|count|max|min|workers|threads|replicas|path|dir|file|domain|format|driver|engine|type|class|color|title|image|commit|branch|tag)$/;
/** Values that are settings under any name. */
const PLAIN = [
  /^(?:true|false|yes|no|on|off|null|none|enabled|disabled)$/i,
  /^-?\d{1,10}(?:\.\d{1,6})?(?:[a-zA-Z%]{1,2})?$/,
  /^(?:trace|debug|info|warn|warning|error|fatal|development|test|staging|production)$/i,
  // An address without credentials and query; a path; a host with or without a port.
  /^[a-z][a-z0-9+.-]{1,20}:\/\/[a-z0-9.-]{1,253}(?::\d{1,5})?(?:\/[a-z0-9._~/-]{0,100})?$/i,
  /^\/[\w./-]{0,100}$/,
  /^[a-z0-9-]{1,63}(?:\.[a-z0-9-]{1,63}){1,8}(?::\d{1,5})?$/i,
];

/**
 * The value of an environment variable for a comment or an issue. Any value may be a secret, so this hides it unless it is
 * plainly a setting.
 */
export function hideVariable(name: string, value: string): string {
  if (value === '' || secretLike(name, value) !== undefined) return value === '' ? '' : HIDDEN;
  if (PLAIN.some((form) => form.test(value))) return value;
  const isSetting = SETTING.test(name.toLowerCase()) && /^[\w .,:/@+-]{1,60}$/.test(value);
  return isSetting ? value : HIDDEN;
}
