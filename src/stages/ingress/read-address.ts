import { isIP } from 'node:net';
import { EnvironmentError } from '../../errors.ts';
import { addressesOf } from '../../objects/ingress/address.ts';
import type { AddressSource } from '../../objects/ingress/ingress-spec.ts';
import type { Kind, KubeObject, Selection } from '../../ports.ts';
import type { IngressPorts } from './ports.ts';

/** Milliseconds: a cloud needs one or two minutes for a load balancer that was just asked for. */
const PATIENCE_MS = 2 * 60_000;

type Found = { ip: string | undefined; hostname: string | undefined };

/** Where to look, for what, and how it is called in messages. */
interface Look {
  kind: Kind;
  selection: Selection;
  addresses(object: KubeObject): Found;
  what: string;
  /** Key of slipway.yml that names one object, which must be there; undefined: any of a kind will do. */
  named: string | undefined;
}

/**
 * The address of the ingress controller. One that is not there yet is waited for, by watching.
 * @returns an IP address
 * @throws EnvironmentError where the object that is named is not there; where there is no address in time, or only a name
 */
export async function readAddress(source: AddressSource, ports: IngressPorts): Promise<string> {
  if (source.from === 'config') return source.address;
  const look = lookOf(source);
  const { cluster, log } = ports;
  if (look.named !== undefined && (await cluster.list(look.kind, look.selection)).length === 0) {
    throw new EnvironmentError(`${look.named}: there is no ${look.what} in cluster ${cluster.name}`, {
      details: ['nothing was written'],
      remedy: `Correct ${look.named} (namespace/name); \`kubectl get ${look.kind.kind.toLowerCase()}s --all-namespaces\` lists those that are there.`,
    });
  }
  const found = await log.progress(`waiting for the address of ${look.what}`, () => firstFound(look, ports));
  if (found?.ip) return found.ip;
  if (found?.hostname) {
    throw new EnvironmentError(`{address} in the host: ${look.what} has a name (${found.hostname}), and no address`, {
      details: ['nothing was written'],
      remedy:
        'Write one of its addresses that stays to ingress.address, or use a domain of your own that leads to that name.',
    });
  }
  throw new EnvironmentError(`{address} in the host: ${look.what} has no address after ${PATIENCE_MS / 60_000} min`, {
    details: ['nothing was written'],
    remedy:
      'Write the address to ingress.address, or name the Service of the ingress controller by ingress.service (namespace/name). Where that Service has none: does this cluster hand out load balancers?',
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

/** The first object that has an address or a name; undefined after the time is over. */
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
