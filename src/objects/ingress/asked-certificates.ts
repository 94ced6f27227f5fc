import type { KubeObject } from '../../ports.ts';
import { asksCertManager } from './ingress-spec.ts';

/**
 * Names of the Certificates that cert-manager makes for these objects: of each Ingress with its annotations, one for each
 * Secret of `spec.tls`, with the name of the Secret.
 * @see https://cert-manager.io/docs/usage/ingress/
 */
export function askedCertificates(objects: readonly KubeObject[]): string[] {
  const asking = objects.filter(
    ({ kind, metadata }) => kind === 'Ingress' && asksCertManager(metadata.annotations ?? {}),
  );
  const names = asking.flatMap(({ spec }) => {
    const { tls = [] } = (spec ?? {}) as { tls?: { secretName?: string }[] };
    return tls.flatMap(({ secretName }) => secretName ?? []);
  });
  return [...new Set(names)];
}
