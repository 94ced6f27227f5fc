import { isLocal } from '../../objects/ingress/ingress-spec.ts';
import type { ContainerRequest, Containers } from '../../ports.ts';
import type { RunningService } from './services.ts';

/** How the container of a test is joined to its services and to the URL that it tests. */
export type Networking = Pick<ContainerRequest, 'network' | 'hostNetwork' | 'extraHosts'> & { close(): Promise<void> };

/**
 * Joins the container of a test to its private network. `*.localhost` names this machine, which is another one inside a
 * container: there it names the gateway of the network, where one port is forwarded to the port of the URL. Only a URL of
 * `localhost` or 127.x.x.x itself, which no name can stand for, needs the machine's own network: BASE_URL of the workflow.
 * @see https://www.rfc-editor.org/rfc/rfc6761#section-6.3 (".localhost" names loopback)
 */
export async function networking(
  baseUrl: string | undefined,
  network: string,
  services: readonly RunningService[],
  containers: Pick<Containers, 'forward'>,
): Promise<Networking> {
  const close = async () => undefined;
  const url = baseUrl === undefined ? undefined : new URL(baseUrl);
  if (url === undefined || !isThisMachine(url.hostname)) return { network, close };
  if (url.hostname.endsWith('.localhost')) {
    const forward = await containers.forward(network, portOf(url));
    return { network, extraHosts: { [url.hostname]: forward.address }, close: forward.close };
  }
  const addresses = services.flatMap(({ service, address }) =>
    address === undefined ? [] : [[service.name, address]],
  );
  return { hostNetwork: true, extraHosts: Object.fromEntries(addresses), close };
}

function portOf({ port, protocol }: URL): number {
  return port === '' ? (protocol === 'https:' ? 443 : 80) : Number(port);
}

function isThisMachine(host: string): boolean {
  return isLocal(host) || /^127\.|^\[::1\]$/.test(host);
}
