import { UserError } from '../../errors.ts';

/** Names that hold secrets, as words of the name: DB_PASSWORD and npmToken do, TOKENIZER and PASSENGERS do not. */
const SECRET_WORDS =
  /^(password|passwd|passphrase|pwd|secret|secrets|token|tokens|credential|credentials|apikey|privatekey|accesskey|secretkey|authtoken)$/;
const SECRET_PAIRS = /(^|_)(api|private|access|secret|encryption|signing|ssh|deploy|auth)_key(_|$)/;
/** What a name ends in when it tells about a secret and is none. */
const ABOUT = /_(url|uri|endpoint|host|name|id|file|path|dir|length|size|ttl|expiry|type|header|enabled|policy)$/;

/** Forms that only secrets have. */
const SECRET_VALUES: [RegExp, string][] = [
  [/-----BEGIN [A-Z ]*PRIVATE KEY-----/, 'a private key'],
  [/\b(ghp|gho|ghu|ghs|ghr)_[A-Za-z0-9]{20,}|\bgithub_pat_[A-Za-z0-9_]{22,}/, 'a GitHub token'],
  [/\bglpat-[A-Za-z0-9_-]{20,}/, 'a GitLab token'],
  [/\bya29\.[A-Za-z0-9_-]{20,}/, 'a Google access token'],
  [/\bAKIA[0-9A-Z]{16}\b/, 'an AWS access key'],
  [/\bxox[abpr]-[A-Za-z0-9-]{10,}/, 'a Slack token'],
  [/\bnpm_[A-Za-z0-9]{36}\b/, 'an npm token'],
  [/\beyJ[A-Za-z0-9_-]{10,}\.eyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{10,}/, 'a JSON web token'],
  [/"private_key"\s*:\s*"/, 'a key file'],
  [/^[a-z][a-z0-9+.-]*:\/\/[^/\s:@]+:[^/\s@]+@/i, 'a URL with a password'],
];

/** Why a build argument looks like a secret, or undefined. The value itself is never part of the answer. */
export function secretLike(name: string, value: string): string | undefined {
  const found = SECRET_VALUES.find(([form]) => form.test(value));
  if (found) return `its value is ${found[1]}`;
  const snake = name.replace(/([a-z0-9])([A-Z])/g, '$1_$2').toLowerCase();
  const named = snake.split(/[^a-z0-9]+/).some((word) => SECRET_WORDS.test(word)) || SECRET_PAIRS.test(snake);
  return named && value !== '' && !ABOUT.test(snake) ? 'its name says so' : undefined;
}

/**
 * Refuses build arguments that look like secrets: their values stay in the image's history and in its provenance.
 * @see https://docs.docker.com/build/building/secrets/ ("Build arguments … are inappropriate for passing secrets")
 */
export function refuseSecretArgs(buildArgs: Readonly<Record<string, string>>): void {
  for (const [name, value] of Object.entries(buildArgs)) {
    const reason = secretLike(name, value);
    if (reason === undefined) continue;
    throw new UserError(
      `build argument ${name} looks like a secret (${reason}); it would stay in the image's history`,
      {
        remedy: `Give it as a BuildKit secret: input \`secrets\` (id=value) and \`RUN --mount=type=secret,id=…\` in the Dockerfile.`,
      },
    );
  }
}
