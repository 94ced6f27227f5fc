import type { Kind } from '../ports.ts';

/**
 * A custom resource from which an operator creates a Secret: ExternalSecret, SealedSecret, VaultStaticSecret,
 * InfisicalSecret and similar kinds, cert-manager's Certificate, 1Password's OnePasswordItem.
 */
export function makesSecrets(kind: Kind): boolean {
  return isCustom(kind) && /Secret$|^(Certificate|OnePasswordItem)$/.test(kind.kind);
}

/**
 * A custom resource that such an operator needs first: SecretStore, Issuer, VaultAuth, VaultConnection, InfisicalAuth,
 * SecretProviderClass.
 */
export function feedsSecrets(kind: Kind): boolean {
  return (
    isCustom(kind) && /SecretStore$|Issuer$|^(Vault|Infisical)(Auth|Connection)|^SecretProviderClass$/.test(kind.kind)
  );
}

function isCustom({ apiVersion }: Kind): boolean {
  return apiVersion.split('/')[0]?.includes('.') ?? false;
}
