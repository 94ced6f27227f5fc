/**
 * Decides what looks like a secret, for build arguments, the diff of a dry run, drift, and the masked values of Secrets.
 */

/** Names that hold secrets, as words of the name: DB_PASSWORD and npmToken do, TOKENIZER and PASSENGERS do not. */
const SECRET_WORDS = new Set(
  'password passwd passphrase pass pwd secret secrets token tokens credential credentials creds dsn apikey privatekey accesskey secretkey authtoken pgpass dbpass mysqlpass'.split(
    ' ',
  ),
);
/** Ends of a word without a separator: PGPASSWORD, dbpassword, GITHUBTOKEN. */
const SECRET_ENDS = /(?:password|passwd|passphrase|apikey|secret|token)$/;
const SECRET_PAIRS =
  /(?:^|_)(?:(?:api|private|access|secret|encryption|encrypt|signing|ssh|deploy|auth|jwt|session|master|account|hmac|webhook|cookie|cipher)_key|connection_?string|conn_?str|secret_id|webhook_url)(?:_|$)/;
const CONNECTION = /connection_?string/;
/** Ends of names that concern a secret but hold none. */
const ABOUT = /_(?:url|uri|endpoint|host|name|id|file|path|dir|length|size|ttl|expiry|type|header|enabled|policy)$/;
const NOT_ABOUT = /(?:^|_)(?:secret_id|webhook_url)$/;

/** Forms that only secrets have. */
const SECRET_VALUES: readonly (readonly [RegExp, string])[] = [
  [/-----BEGIN [A-Z ]*PRIVATE KEY-----/, 'a private key'],
  [/\bgh[oprsu]_[A-Za-z0-9]{20}|\bgithub_pat_[A-Za-z0-9_]{22}/, 'a GitHub token'],
  [/\bglpat-[A-Za-z0-9_-]{20}/, 'a GitLab token'],
  [/\bya29\.[A-Za-z0-9_-]{20}/, 'a Google access token'],
  [/\bAIza[A-Za-z0-9_-]{35}/, 'a Google API key'],
  [/\bGOCSPX-[A-Za-z0-9_-]{20}/, 'a Google client secret'],
  [/\b(?:AKIA|ASIA)[0-9A-Z]{16}\b/, 'an AWS access key'],
  [/\bxox[abeprs]-[A-Za-z0-9-]{10}/, 'a Slack token'],
  [/\bhooks\.slack\.com\/services\/[A-Za-z0-9]/, 'a Slack webhook'],
  [/\bnpm_[A-Za-z0-9]{36}\b/, 'an npm token'],
  [/\bpypi-[A-Za-z0-9_-]{40}/, 'a PyPI token'],
  [/\bdckr_pat_[A-Za-z0-9_-]{20}/, 'a Docker token'],
  [/\b[rs]k_(?:live|test)_[A-Za-z0-9]{16}/, 'a Stripe key'],
  [/\bwhsec_[A-Za-z0-9+/]{20}/, 'a webhook secret'],
  [/\bSG\.[A-Za-z0-9_-]{16,64}\.[A-Za-z0-9_-]{16}/, 'a SendGrid key'],
  [/\bhvs\.[A-Za-z0-9_-]{20}/, 'a Vault token'],
  [/\bsk-(?:ant-|proj-)?[A-Za-z0-9_-]{32}/, 'an API key'],
  [/(?:^|[^\w-])eyJ[A-Za-z0-9_-]{10,}\.eyJ[A-Za-z0-9_-]{10}/, 'a JSON web token'],
  [/"private_key"\s*:\s*"/, 'a key file'],
  // A reference, `$(PASSWORD)` or `${PASSWORD}`, is no secret.
  [/:\/\/[^/\s:@]{0,256}:(?!\$[({])[^/\s@]{1,256}@/, 'a URL with a password'],
  [
    /[?&](?:password|passwd|pwd|pass|token|access_token|auth_token|api_?key|secret|client_secret|sig|signature)=[^&\s]/i,
    'a URL with a password',
  ],
  [/(?:^|;)[ \t]?(?:password|pwd|accountkey|sharedaccesskey)=[^;\s]/i, 'a connection string with a password'],
  [/^(?:Bearer|Basic) [A-Za-z0-9+/=._~-]{8}/, 'the value of an Authorization header'],
];

/** Why a named value looks like a secret; undefined for any other value. The reason never contains the value. */
export function secretLike(name: string, value: string): string | undefined {
  const reason = secretValue(value);
  if (reason !== undefined) return reason;
  return value !== '' && isSecretName(name) ? 'its name says so' : undefined;
}

/** Why a value looks like a secret, independent of its name. */
export function secretValue(value: string): string | undefined {
  const found = SECRET_VALUES.find(([form]) => form.test(value));
  return found && `its value is ${found[1]}`;
}

/** Whether a variable, a key or a field of this name holds a secret. */
export function isSecretName(name: string): boolean {
  const snake = snakeCase(name);
  if (ABOUT.test(snake) && !NOT_ABOUT.test(snake)) return false;
  const words = snake.split('_');
  const isNamed = words.some((word) => SECRET_WORDS.has(word) || SECRET_ENDS.test(word));
  return isNamed || SECRET_PAIRS.test(snake) || CONNECTION.test(snake) || words.at(-1) === 'auth';
}

/** The name of an option of a command whose next argument is a secret: `--password`, `-apiKey`; undefined for any other. */
export function secretOption(argument: unknown): string | undefined {
  if (typeof argument !== 'string') return undefined;
  const name = /^--?([A-Za-z][\w.-]{0,100})$/.exec(argument)?.[1];
  return name !== undefined && isSecretName(name) ? name : undefined;
}

/** Whether a key of a Secret holds a secret: every kind of key and login does, but not ports, names and hosts. */
export function isSecretKey(name: string): boolean {
  const words = snakeCase(name).split('_');
  return isSecretName(name) || words.some((word) => /^(?:keys?|auth|token|secret|password|passwd)$|key$/.test(word));
}

/** `npmToken`, `npm-token` and `NPM_TOKEN` are `npm_token`. */
function snakeCase(name: string): string {
  return name
    .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
    .toLowerCase()
    .replace(/[^a-z0-9]/g, '_');
}
