import type { Certificate } from '../../ports.ts';

const DAY_MS = 86_400_000;
/** Two weeks: cert-manager renews a certificate of 90 days when 30 are left, so less is a renewal that fails. */
const SOON_MS = 14 * DAY_MS;

/** Why the certificate does not serve the host for long; undefined: it does. */
export function certificateProblem(
  { names, validFrom, validTo }: Certificate,
  host: string,
  now: number,
): string | undefined {
  if (!names.some((name) => covers(name, host))) {
    return `its certificate is for ${names.slice(0, 5).join(', ') || 'no name'}, not for ${host}`;
  }
  if (Date.parse(validFrom) > now) return `its certificate is valid only from ${validFrom.slice(0, 10)}`;
  const left = Date.parse(validTo) - now;
  if (left <= 0) return `its certificate has expired on ${validTo.slice(0, 10)}`;
  return left < SOON_MS
    ? `its certificate expires in ${Math.floor(left / DAY_MS)} days, on ${validTo.slice(0, 10)}`
    : undefined;
}

/** @see https://www.rfc-editor.org/rfc/rfc9525#section-6.3 */
function covers(name: string, host: string): boolean {
  if (!name.startsWith('*.')) return name === host;
  const dot = host.indexOf('.');
  return dot > 0 && host.slice(dot) === name.slice(1);
}
