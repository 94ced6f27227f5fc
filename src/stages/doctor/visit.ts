import { isIP } from 'node:net';
import type { CheckId } from '../../doctor-checks.ts';
import { fields, list, textOf } from '../../objects/fields.ts';
import { addressesOf } from '../../objects/ingress/address.ts';
import { ADDRESS, type IngressSpec, isLocal } from '../../objects/ingress/ingress-spec.ts';
import { type Fact, known, unknown } from '../../plan/doctor/fact.ts';
import { finder } from '../../plan/doctor/finding.ts';
import type { Finding } from '../../plan/doctor/report.ts';
import { checkDns, checkVisitedTls, type VisitedHost } from '../../plan/doctor/visit/visit.ts';
import type { KubeObject, Visits } from '../../ports.ts';
import type { ClusterView } from './cluster-view.ts';
import { look } from './look.ts';
import type { Task } from './task.ts';

const INGRESS = { apiVersion: 'networking.k8s.io/v1', kind: 'Ingress' };

/** A host, and the cluster that serves it. */
export interface Visit extends VisitedHost {
  ingress: IngressSpec;
  view: ClusterView;
}

/** Hosts that only this machine knows, and those that contain an address, need no record. */
export function isVisited({ host }: IngressSpec): boolean {
  return host !== '' && !isLocal(host) && !host.includes(ADDRESS);
}

export function visitTasks(hosts: readonly Visit[], visits: Visits, now: number): Task[] {
  return hosts.flatMap((visit) => {
    const { subject, host, ingress } = visit;
    const resolved = look(() => visits.addresses(host));
    const dns = task('visit.dns', subject, async () =>
      checkDns(visit, await resolved, await addressesIn(visit, visits)),
    );
    if (ingress.tls.by === 'nobody') return [dns];
    return [dns, task('visit.tls', subject, async () => tlsOf(visit, await resolved, visits, now))];
  });
}

function task(id: CheckId, subject: string, check: () => Promise<Finding>): Task {
  return {
    area: 'visit',
    title: `${id} of ${subject}`,
    run: async () => [await check()],
    late: (why) => [finder(id, subject).unknown(id, unknown(why))],
  };
}

async function tlsOf(
  { subject, host, ingress }: Visit,
  resolved: Fact<string[]>,
  visits: Visits,
  now: number,
): Promise<Finding> {
  const [address] = resolved.known ? resolved.value : [];
  const found = finder('visit.tls', subject);
  if (address === undefined) return found.skipped(`${host} does not resolve`);
  const shown = await look(() => visits.certificate(host, address, ingress.port ?? 443));
  const finding = checkVisitedTls({ subject, host }, shown, now);
  const isOwn = ingress.tls.by !== 'controller';
  // A certificate that belongs to the app is there once the app is.
  return finding.status === 'failed' && isOwn
    ? { ...finding, advice: `If the app is deployed: ${finding.advice}` }
    : finding;
}

/** The addresses of the ingress controller, names resolved. */
async function addressesIn({ ingress, view }: Visit, visits: Visits): Promise<Fact<string[]>> {
  const { address, gateway, className } = ingress;
  if (address?.from === 'config') return known([address.address]);
  if (gateway !== undefined) {
    const { namespace, name } = gateway;
    const found = await view.get({ apiVersion: 'gateway.networking.k8s.io/v1', kind: 'Gateway', namespace, name });
    if (!found.known) return found;
    return resolvedAll(
      list(fields(found.value?.status).addresses).map(({ value }) => textOf(value)),
      visits,
    );
  }
  const all = await view.list(INGRESS);
  if (!all.known) return all;
  const own = all.value.filter((one) => className === undefined || classOf(one) === className);
  return resolvedAll(
    own.flatMap((one) => namesIn(one)),
    visits,
  );
}

function classOf({ spec, metadata }: KubeObject): string | undefined {
  return textOf(fields(spec).ingressClassName) || metadata.annotations?.['kubernetes.io/ingress.class'];
}

function namesIn(object: KubeObject): string[] {
  const { ip, hostname } = addressesOf(object);
  return [ip, hostname].filter((one) => one !== undefined);
}

async function resolvedAll(names: readonly string[], visits: Visits): Promise<Fact<string[]>> {
  const each = [...new Set(names)].map((name) => (isIP(name) === 0 ? visits.addresses(name) : Promise.resolve([name])));
  return look(async () => (await Promise.all(each)).flat());
}
