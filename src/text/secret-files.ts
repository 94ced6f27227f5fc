/** What of the files of an image is read for credentials, and what counts as one. The value itself is never part of an answer. */

import { isPlaceholder, isPublicName } from './placeholders.ts';
import { isSecretName } from './secret-like.ts';

/** Bytes. Larger files are not read. */
export const LARGEST_READ = 256 * 1024;

/** Packages, documentation and the system: their examples and test keys are nobody's. */
const FOREIGN =
  /snakeoil|_test\.(go|py)$|(^|\/)(localhost|test-values)\.(key|pem|ya?ml)$|(^|\/)(node_modules|site-packages|dist-packages|vendor|gems|go\/pkg|pkg\/mod|testdata|tests?|test-?certs?|specs?|fixtures|examples?|samples?|docs?|__pycache__|\.cache)\/|^(usr\/(share|lib|include|src|libexec)|lib|lib64|bin|sbin|proc|sys|dev|var\/lib\/(dpkg|apt)|usr\/local\/(lib|include|share)|etc\/(ssl\/certs|pki\/ca-trust|ca-certificates|alternatives))\//;
const TEXTS =
  /(^|\/)(\.env[^/]{0,30}|\.npmrc|\.pypirc|[._]netrc|\.git-credentials|id_(rsa|dsa|ecdsa|ed25519)|credentials|config|secrets?)$|\.(env|pem|key|p8|json|ya?ml|toml|ini|cfg|conf|properties|py|js|mjs|cjs|ts|rb|php|sh|go|java|txt|tfvars|tfstate)$/;
const ALWAYS =
  /(^|\/)(\.npmrc|\.pypirc|[._]netrc|\.git-credentials|\.docker\/config\.json|\.kube\/config|\.aws\/credentials|\.git\/config|gha-creds-[^/]{1,50}\.json|id_(rsa|dsa|ecdsa|ed25519))$/;

/** Whether the text of a file of an image is read. @param path without the first slash */
export function isReadForSecrets(path: string, bytes: number): boolean {
  if (bytes === 0 || bytes > LARGEST_READ || path.length > 1_000) return false;
  return ALWAYS.test(path) || (TEXTS.test(path) && !FOREIGN.test(path));
}

/** A form that a provider gives to its credentials alone. */
interface Form {
  what: string;
  form: RegExp;
  /** The form alone proves it: it has a checksum, a prefix, or is in the file that programs sign in by. */
  certain: boolean;
  path?: RegExp;
}

const FORMS: readonly Form[] = [
  {
    what: 'a GitHub token',
    form: /\b(?:gh[oprsu]_[A-Za-z0-9]{36}|github_pat_[A-Za-z0-9]{22}_[A-Za-z0-9]{59})\b/,
    certain: true,
  },
  { what: 'a GitLab token', form: /\bglpat-[A-Za-z0-9_-]{20}/, certain: true },
  { what: 'an npm token', form: /\bnpm_[A-Za-z0-9]{36}\b/, certain: true },
  { what: 'a PyPI token', form: /\bpypi-AgEIcHlwaS5vcmc[A-Za-z0-9_-]{40}/, certain: true },
  { what: 'a Docker token', form: /\bdckr_pat_[A-Za-z0-9_-]{27}/, certain: true },
  { what: 'a Slack token', form: /\bxox[abprs]-\d{8,15}-[A-Za-z0-9-]{20}/, certain: true },
  { what: 'a Stripe key', form: /\b[rs]k_live_[A-Za-z0-9]{20}/, certain: true },
  { what: 'a Google client secret', form: /\bGOCSPX-[A-Za-z0-9_-]{28}/, certain: true },
  { what: 'an AWS access key', form: /\b(?:AKIA|ASIA)[A-Z2-7]{16}\b/, certain: false },
  { what: 'a Google API key', form: /\bAIza[A-Za-z0-9_-]{35}\b/, certain: false },
  { what: 'a SendGrid key', form: /\bSG\.[A-Za-z0-9_-]{22}\.[A-Za-z0-9_-]{43}\b/, certain: true },
  {
    what: 'a private key',
    form: /-----BEGIN (?:RSA |EC |DSA |OPENSSH )?PRIVATE KEY-----(?:\\n|\s){1,4}[A-Za-z0-9+/=]{40}/,
    certain: false,
  },
  {
    what: 'the key of a Google service account',
    form: /"private_key"\s{0,9}:\s{0,9}"-----BEGIN/,
    certain: true,
    path: /\.json$/,
  },
  { what: 'an npm sign-in', form: /_auth(?:Token)?\s{0,9}=\s{0,9}"?[^\s"$]{8}/, certain: true, path: /(^|\/)\.npmrc$/ },
  {
    what: 'a Docker sign-in',
    form: /"(?:auth|identitytoken)"\s{0,9}:\s{0,9}"[^"]{8}/,
    certain: true,
    path: /(^|\/)\.docker\/config\.json$/,
  },
  { what: 'a netrc with a password', form: /\bpassword\s{1,9}\S/, certain: true, path: /(^|\/)[._]netrc$/ },
  {
    what: 'a git sign-in',
    form: /:\/\/[^/\s:@]{1,100}:[^/\s@]{1,300}@/,
    certain: true,
    path: /(^|\/)\.git-credentials$/,
  },
  {
    what: 'a git configuration with a token',
    form: /extraheader[ \t]{0,9}=[ \t]{0,9}authorization:/i,
    certain: true,
    path: /(^|\/)\.git\/config$/,
  },
];

/** Files with the variables of a process; `.env.example` has none. */
const VARIABLES = /(^|\/)\.env(\.(local|prod|production|staging|live))?$/;

const WORDS = /your|change|replace|encrypted:|^dev|^test/i;

/** A line `NAME=value` whose name says that it holds a secret. */
function isSecretLine(line: string): boolean {
  const [, name = '', value = ''] = /^\s{0,20}(?:export )?([A-Za-z_]\w{0,100})\s{0,5}=(.{0,1000})$/.exec(line) ?? [];
  const bare = value.trim().replace(/^(["'])(.*)\1$/, '$2');
  // Sentences and words stand for a secret in templates of such files.
  const isRandom = /^\S{8,}$/.test(bare) && /\d/.test(bare) && /[a-z]/i.test(bare) && !WORDS.test(bare);
  return isRandom && isSecretName(name) && !isPublicName(name) && !isPlaceholder(bare) && !EXAMPLE.test(bare);
}

/** Texts of documentation: `AKIAIOSFODNN7EXAMPLE`, and keys of one repeated character. */
const EXAMPLE = /EXAMPLE|example|xxxx|XXXX|0000000|1234567|abcdefg|(.)\1{6}/;

export interface FoundSecret {
  /** In words. */
  what: string;
  certain: boolean;
}

/** The first credential in a text; undefined without one. @param path without the first slash */
export function secretInFile(path: string, text: string): FoundSecret | undefined {
  for (const { what, form, certain, path: own } of FORMS) {
    if (own !== undefined && !own.test(path)) continue;
    const [match] = form.exec(text) ?? [];
    if (match === undefined || (own === undefined && EXAMPLE.test(match))) continue;
    return { what, certain };
  }
  const isFound = VARIABLES.test(path) && text.split('\n').some(isSecretLine);
  return isFound ? { what: 'a variable with the name of a secret', certain: false } : undefined;
}
