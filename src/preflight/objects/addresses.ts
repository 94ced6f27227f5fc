import { fields, list, textOf } from '../../objects/fields.ts';
import { containersOf, podTemplateOf } from '../../objects/pod-template.ts';
import type { KubeObject } from '../../ports.ts';
import { literalsIn } from '../addresses.ts';
import { type Finding, finding } from '../finding.ts';
import { at, type Observed, servingWorkloads, textsOf, type Workload } from './observed.ts';

const REMEDY = 'Write the name of the Service in its place: <service>, or <service>.<namespace> for another namespace.';

/** Addresses in variables, arguments and ConfigMaps. */
export function addressFindings(object: KubeObject, all: Observed): Finding[] {
  const values = valuesOf(object);
  if (values.length === 0) return [];
  const own = new Map(ownAddresses(all));
  return values.flatMap(({ name, value }) =>
    literalsIn(value).flatMap(({ address, isPrivate }) => {
      const live = all.live?.get(address);
      const owner = live ?? own.get(address);
      if (owner === undefined && !isPrivate) return [];
      // An address that the objects ask for stays as long as they do.
      const confidence = live !== undefined ? 'proven' : owner !== undefined ? 'likely' : 'possible';
      return [
        finding('hard-wired-address', {
          where: at(object, all, address),
          confidence,
          seen: `${name} has ${address}${owner === undefined ? ', an address of a private network' : `, the address of ${owner}`}`,
          remedy: REMEDY,
          key: `${name} ${address}`,
        }),
      ];
    }),
  );
}

/** The cluster addresses that these objects ask for. */
function ownAddresses({ objects }: Observed): [string, string][] {
  return objects
    .filter(({ kind }) => kind === 'Service')
    .flatMap(({ spec, metadata: { name } }) => {
      const address = textOf(fields(spec).clusterIP);
      return /^\d/.test(address) ? [[address, `Service ${name}`] as [string, string]] : [];
    });
}

/** Files of name servers, which give names to addresses. */
const OF_NAME_SERVERS = /^(hosts|Corefile|resolv\.conf)$|\.(server|override|zone|db)$/;

function valuesOf(object: KubeObject): { name: string; value: string }[] {
  if (object.kind === 'ConfigMap') {
    return Object.entries(fields(object.data))
      .filter(([name]) => !OF_NAME_SERVERS.test(name))
      .map(([name, value]) => ({ name, value: textOf(value) }));
  }
  const template = podTemplateOf(object);
  if (template === undefined) return [];
  const aliases = list(template.spec.hostAliases).map(({ ip }) => ({ name: 'hostAliases', value: textOf(ip) }));
  return [...aliases, ...containersOf(template).flatMap(textsOf)];
}

const LOCAL = /^[a-z][a-z0-9+.-]{0,20}:\/\/(?:[^@/\s]{0,200}@)?(?:localhost|127\.0\.0\.1)(?::(\d{1,5}))?(?:[/?#]|$)/i;
const CLIENT = /(?:^|_)(?:URL|URI|DSN|HOST|ADDR|ADDRESS|ENDPOINT|SERVER|BROKER|BROKERS)$/;

/** A variable that names this pod, where no other container of it listens. */
export function localhostFindings({ object, template }: Workload, all: Observed): Finding[] {
  const ports = containersOf(template).flatMap(({ ports: own }) => list(own).map(({ containerPort }) => containerPort));
  const containers = list(template.spec.containers);
  const native = list(template.spec.initContainers).filter(({ restartPolicy }) => restartPolicy === 'Always');
  if (containers.length + native.length > 1 || template.spec.hostNetwork === true) return [];
  return containers.flatMap((container) =>
    list(container.env).flatMap((variable) => {
      const [name, value] = [textOf(variable.name), textOf(variable.value).slice(0, 500)];
      const [, port] = LOCAL.exec(value) ?? [];
      const service = port === undefined ? undefined : SERVERS[Number(port)];
      if (service === undefined || !CLIENT.test(name) || ports.includes(Number(port))) return [];
      return [
        finding('dials-localhost', {
          where: at(object, all, name),
          confidence: 'likely',
          seen: `${name} names port ${port} of localhost (${service}), and its pod has no other container`,
          remedy: 'Write the name of the Service: in a pod, localhost is the pod itself.',
          key: name,
        }),
      ];
    }),
  );
}

const SERVERS: Readonly<Record<number, string>> = {
  3306: 'MySQL',
  5432: 'PostgreSQL',
  5672: 'AMQP',
  6379: 'Redis',
  9200: 'Elasticsearch',
  11211: 'memcached',
  27017: 'MongoDB',
};

/** Services of type LoadBalancer that lose the address of the client. */
export function clientFindings(service: KubeObject, all: Observed): Finding[] {
  const { type, externalTrafficPolicy, loadBalancerSourceRanges, ports } = fields(service.spec);
  const isPublic = type === 'LoadBalancer' && externalTrafficPolicy !== 'Local';
  if (service.kind !== 'Service' || !isPublic || loadBalancerSourceRanges !== undefined) return [];
  const behind = servingWorkloads(all).some(({ template }) => readsClients(template));
  const [port] = list(ports);
  if (!behind || port === undefined) return [];
  return [
    finding('client-address-lost', {
      where: at(service, all, 'type: LoadBalancer'),
      confidence: 'possible',
      seen: 'its externalTrafficPolicy is Cluster: pods see the address of a node in place of the client, and an allow list names clients',
      remedy: 'Set `externalTrafficPolicy: Local`.',
    }),
  ];
}

const ALLOWS = /allow[-_]?(list|ips?|from)|white[-_]?list|trusted[-_]?(ips|prox)|real[-_]?ip/i;

function readsClients({ spec }: Workload['template']): boolean {
  return list(spec.containers).some((container) =>
    textsOf(container).some(
      ({ name, value }) => ALLOWS.test(name) || (name === 'args' && ALLOWS.test(value.slice(0, 200))),
    ),
  );
}
