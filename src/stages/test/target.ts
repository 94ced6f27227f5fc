import { isLocal } from '../../objects/ingress/ingress-spec.ts';
import type { ContainerRequest, Containers } from '../../ports.ts';
import type { RunningService } from './services.ts';

/** The network of a test's container, for its services and for the URL that it tests. */
export type Networking = Pick<ContainerRequest, 'network' | 'hostNetwork' | 'extraHosts'> & { close(): Promise<void> };

/**
 * Joins the container of a test to its private network. `*.localhost` names this machine, but inside a container it names the
 * container. There it becomes a name of the network's gateway, which forwards one port to the port of the URL. Only a URL with
 * `localhost` or 127.x.x.x itself needs the machine's own network: BASE_URL of the workflow.
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
