import type { KubeObject } from '../../ports.ts';
import { fields } from '../fields.ts';

/**
 * Whether something in these objects can lead requests for a host to the app: a text that is the host or its wildcard, an Ingress
 * for every host, or a Service with an address of its own, to which a name may point.
 */
export function leadsTo(host: string, objects: readonly KubeObject[]): boolean {
  const names = new Set([host, host.replace(/^[^.]*/, '*')]);
  return objects.some((object) => opensAddress(object) || isForEveryHost(object) || isNamed(object.spec, names));
}

function opensAddress({ kind, spec }: KubeObject): boolean {
  return kind === 'Service' && /^(LoadBalancer|NodePort)$/.test(String(fields(spec).type));
}

function isForEveryHost({ kind, spec }: KubeObject): boolean {
  if (kind !== 'Ingress') return false;
  const { rules = [], defaultBackend } = fields(spec);
  return defaultBackend !== undefined || (rules as { host?: string }[]).some(({ host }) => host === undefined);
}

/** A text anywhere in a value. */
function isNamed(value: unknown, texts: ReadonlySet<string>): boolean {
  if (typeof value === 'string') return texts.has(value.toLowerCase());
  if (typeof value !== 'object' || value === null) return false;
  return Object.values(value).some((one) => isNamed(one, texts));
}
