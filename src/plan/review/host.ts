import { UserError } from '../../errors.ts';
import { hostAt } from '../../objects/ingress/address.ts';
import { isLocal } from '../../objects/ingress/ingress-spec.ts';

/** A label of a host name. @see https://www.rfc-editor.org/rfc/rfc1123#section-2.1 */
const LABEL = /^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/;
const MAX_LABEL = 63;
const MAX_NAME = 253;
/** Placeholder for an address that is not known yet. */
const SOME_ADDRESS = '192.0.2.1';

/**
 * The host name of the environment of a pull request; {address} is kept.
 * @param variant replaces {variant}, otherwise follows the number; one wildcard certificate covers both
 * @param template contains {number}; undefined: pr-{number}.<app>.localhost
 * @throws UserError if the result is no DNS name (RFC 1123, RFC 1035 section 2.3.4)
 */
export function reviewHost(template: string | undefined, app: string, number: number, variant?: string): string {
  const wanted = withVariant(template ?? `pr-{number}.${app}.localhost`, variant);
  const host = wanted.replaceAll('{number}', String(number));
  const problem = hostProblem(hostAt(host, SOME_ADDRESS));
  if (problem === undefined) return host;
  throw new UserError(`review.host: "${host}" is not a host name: ${problem}`, {
    remedy: 'Correct review.host in slipway.yml, for example pr-{number}.parking.review.acme.dev.',
  });
}

function withVariant(template: string, variant: string | undefined): string {
  // Without a variant, also drop the "-" or "." that separates the placeholder.
  if (variant === undefined) return template.replace(/[-.]\{variant\}|\{variant\}[-.]?/g, '');
  if (template.includes('{variant}')) return template.replaceAll('{variant}', variant);
  return template.replace('{number}', `{number}-${variant}`);
}

/** Why a text is not a host name; undefined: it is one. */
export function hostProblem(host: string): string | undefined {
  if (host.length > MAX_NAME) return `it has ${host.length} characters, and at most ${MAX_NAME} are allowed`;
  for (const label of host.split('.')) {
    if (label === '') return 'it has an empty part between dots';
    if (label.length > MAX_LABEL)
      return `"${label}" has ${label.length} characters, and at most ${MAX_LABEL} are allowed`;
    if (!LABEL.test(label)) return `"${label}" must be lower-case letters, digits and inner "-"`;
  }
  return undefined;
}

/**
 * Whether GitHub may show the URL as the address of an environment: https, or http on localhost. A button on a pull
 * request must not open a `javascript:` URL or an address that others on the network can answer for.
 */
export function isShareable(url: string): boolean {
  if (!URL.canParse(url)) return false;
  const { protocol, hostname } = new URL(url);
  return protocol === 'https:' || (protocol === 'http:' && isLocal(hostname));
}
