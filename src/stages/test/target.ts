import { isLocal } from '../../objects/ingress/ingress-spec.ts';
import type { ContainerRequest } from '../../ports.ts';
import type { RunningService } from './services.ts';

/**
 * How the container of a test is joined to its services and to the URL that it tests. A URL on this machine (localhost,
 * *.localhost) opens only from the machine's own network; the services are reached there by their addresses.
 * @see https://www.rfc-editor.org/rfc/rfc6761#section-6.3 (".localhost" names loopback)
 */
export function networking(
  baseUrl: string | undefined,
  network: string,
  services: readonly RunningService[],
): Pick<ContainerRequest, 'network' | 'hostNetwork' | 'extraHosts'> {
  const host = baseUrl === undefined ? undefined : new URL(baseUrl).hostname;
  if (host === undefined || !isThisMachine(host)) return { network };
  const addresses = services.flatMap(({ service, address }) =>
    address === undefined ? [] : [[service.name, address]],
  );
  const named = /^[\d.]+$|^\[/.test(host) || host === 'localhost' ? {} : { [host]: '127.0.0.1' };
  return { hostNetwork: true, extraHosts: { ...Object.fromEntries(addresses), ...named } };
}

function isThisMachine(host: string): boolean {
  return isLocal(host) || /^127\.|^\[::1\]$/.test(host);
}
