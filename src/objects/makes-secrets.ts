import type { Kind } from '../ports.ts';

/**
 * A custom resource by which an operator makes a Secret: ExternalSecret, SealedSecret, VaultStaticSecret, InfisicalSecret and
 * the like, cert-manager's Certificate, 1Password's OnePasswordItem.
 */
export function makesSecrets({ apiVersion, kind }: Kind): boolean {
  const isCustom = apiVersion.split('/')[0]?.includes('.') ?? false;
  return isCustom && /Secret$|^(Certificate|OnePasswordItem)$/.test(kind);
}
