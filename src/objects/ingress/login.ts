import { createHash } from 'node:crypto';
import { UserError } from '../../errors.ts';

/** The name and password of the visitors. A plan does not hold them, because it can be printed. */
export interface VisitorCredentials {
  user: string;
  password: string;
}

/** The hashes that ingress controllers compare with: nobody can compute a long password from them. */
export interface LoginHashes {
  /** Hexadecimal hash of the header `Authorization` that a visitor sends. */
  sha256: string;
  /** A line of an htpasswd file. */
  htpasswd: string;
}

/** The cluster holds a hash of the password, from which a short one can be guessed. */
const MIN_PASSWORD = 16;

/**
 * @param variable name of the environment variable, for messages
 * @throws UserError if the text is not `name:password`; the message holds no part of it
 */
export function credentialsOf(text: string | undefined, variable: string): VisitorCredentials {
  const remedy = `Set it in the step's \`env:\` from a secret of the repository: name:password, with a password such as \`openssl rand -hex 16\` prints.`;
  if (text === undefined || text === '') {
    throw new UserError(`review.access.basicAuth: the environment variable ${variable} is not set`, { remedy });
  }
  const at = text.indexOf(':');
  const [user, password] = [text.slice(0, at), text.slice(at + 1)];
  if (at < 1 || /[\p{Cc}\s]/u.test(user) || /\p{Cc}/u.test(password)) {
    throw new UserError(`review.access.basicAuth: ${variable} does not hold name:password on one line`, { remedy });
  }
  if (password.length < MIN_PASSWORD) {
    throw new UserError(`review.access.basicAuth: the password in ${variable} is too short`, {
      remedy: `Take at least ${MIN_PASSWORD} characters, such as \`openssl rand -hex 16\` prints.`,
    });
  }
  return { user, password };
}

/** The header that a visitor sends. @see https://www.rfc-editor.org/rfc/rfc7617#section-2 */
export function authorizationOf({ user, password }: VisitorCredentials): string {
  return `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;
}

/**
 * @param salt the same salt gives the same line, so that a redeploy changes nothing
 * @see https://nginx.org/en/docs/http/ngx_http_auth_basic_module.html for the form `{SSHA}`
 */
export function loginOf(credentials: VisitorCredentials, salt: string): LoginHashes {
  const salted = createHash('sha256').update(salt).digest().subarray(0, 8);
  const digest = createHash('sha1').update(credentials.password).update(salted).digest();
  return {
    sha256: createHash('sha256').update(authorizationOf(credentials)).digest('hex'),
    htpasswd: `${credentials.user}:{SSHA}${Buffer.concat([digest, salted]).toString('base64')}`,
  };
}
