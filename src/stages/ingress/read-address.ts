import { isIP } from 'node:net';
import { EnvironmentError } from '../../errors.ts';
import { addressesOf } from '../../objects/ingress/address.ts';
import type { AddressSource } from '../../objects/ingress/ingress-spec.ts';
import type { Kind, KubeObject, Selection } from '../../ports.ts';
import type { IngressPorts } from './ports.ts';

/** Milliseconds: a cloud needs one or two minutes for a new load balancer. */
const PATIENCE_MS = 2 * 60_000;

type Found = { ip: string | undefined; hostname: string | undefined };

/** The objects to search, and their name in messages. */
interface Look {
  kind: Kind;
  selection: Selection;
  addresses(object: KubeObject): Found;
  what: string;
  /** Key of slipway.yml that names one object, which must exist; undefined: any object of the kind. */
  named: string | undefined;
}

/**
 * The address of the ingress controller. Watches until it exists.
 * @returns an IP address
 * @throws EnvironmentError if the named object does not exist, or has no address in time, or only a host name
 */
export async function readAddress(source: AddressSource, ports: IngressPorts): Promise<string> {
  if (source.from === 'config') return source.address;
  const look = lookOf(source);
  const { cluster, log } = ports;
  if (look.named !== undefined && (await cluster.list(look.kind, look.selection)).length === 0) {
    throw new EnvironmentError(`${look.named}: there is no ${look.what} in cluster ${cluster.name}`, {
      details: ['nothing was written'],
      remedy: `Correct ${look.named} (namespace/name); \`kubectl get ${look.kind.kind.toLowerCase()}s --all-namespaces\` lists the existing ones.`,
    });
  }
  const found = await log.progress(`waiting for the address of ${look.what}`, () => firstFound(look, ports));
  if (found?.ip) return found.ip;
  if (found?.hostname) {
    throw new EnvironmentError(
      `{address} in the host: ${look.what} has a host name (${found.hostname}), and no IP address`,
      {
        details: ['nothing was written'],
        remedy:
          'Set ingress.address to an address of it that does not change, or use a domain of your own with a CNAME record for that name.',
      },
    );
  }
  throw new EnvironmentError(`{address} in the host: ${look.what} has no address after ${PATIENCE_MS / 60_000} min`, {
    details: ['nothing was written'],
    remedy:
      'Set ingress.address to the address, or ingress.service to the Service of the ingress controller (namespace/name). If that Service has no address, check whether the cluster provides load balancers.',
  });
}

function lookOf(source: Exclude<AddressSource, { from: 'config' }>): Look {
  const one = (namespace: string, name: string) => ({ namespace, fieldSelector: `metadata.name=${name}` });
  if (source.from === 'service') {
    const { namespace, name } = source;
    const kind = { apiVersion: 'v1', kind: 'Service' };
    const what = `Service ${namespace}/${name}`;
    return { kind, selection: one(namespace, name), addresses: addressesOf, what, named: 'ingress.service' };
  }
  if (source.from === 'gateway') {
    const { namespace, name } = source.gateway;
    const kind = { apiVersion: 'gateway.networking.k8s.io/v1', kind: 'Gateway' };
    const what = `Gateway ${namespace}/${name}`;
    return { kind, selection: one(namespace, name), addresses: ofGateway, what, named: 'ingress.gateway' };
  }
  const { className } = source;
  return {
    kind: { apiVersion: 'networking.k8s.io/v1', kind: 'Ingress' },
    selection: {},
    addresses: (object) => (isOfClass(object, className) ? addressesOf(object) : NONE),
    what: `any Ingress of class ${className}`,
    named: undefined,
  };
}

const NONE: Found = { ip: undefined, hostname: undefined };

function isOfClass({ spec, metadata }: KubeObject, className: string): boolean {
  const named = (spec as { ingressClassName?: string }).ingressClassName;
  return (named ?? metadata.annotations?.['kubernetes.io/ingress.class']) === className;
}

/** @see https://gateway-api.sigs.k8s.io/reference/spec/#gatewaystatusaddress */
function ofGateway({ status }: KubeObject): Found {
  const { addresses = [] } = (status ?? {}) as { addresses?: { value?: string }[] };
  const values = addresses.flatMap(({ value }) => value ?? []);
  const ips = values.filter((value) => isIP(value) !== 0);
  return { ip: ips.find((value) => isIP(value) === 4) ?? ips[0], hostname: values.find((value) => isIP(value) === 0) };
}

/** The address or host name of the first object that has one; undefined after the timeout. */
async function firstFound({ kind, selection, addresses }: Look, ports: IngressPorts): Promise<Found | undefined> {
  const { cluster, clock, signal } = ports;
  const over = new AbortController();
  const both = AbortSignal.any([signal, over.signal]);
  clock.sleep(PATIENCE_MS, both).then(
    () => over.abort(),
    () => undefined,
  );
  try {
    for await (const { type, object } of cluster.watch(kind, selection, both)) {
      const found = type === 'DELETED' ? NONE : addresses(object);
      if (found.ip !== undefined || found.hostname !== undefined) return found;
    }
  } finally {
    over.abort();
  }
  signal.throwIfAborted();
  return undefined;
}
