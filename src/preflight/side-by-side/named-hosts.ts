import { fields, list, textOf } from '../../objects/fields.ts';
import { containersOf, podTemplateOf } from '../../objects/pod-template.ts';
import type { KubeObject } from '../../ports.ts';

/** A host that a value of an object names. */
export interface NamedHost {
  /** Kind and name of the object. */
  of: string;
  namespace: string;
  /** What holds it: `variable CACHE_URL`. */
  in: string;
  host: string;
  /** As it is written, otherwise that of the scheme; undefined: not known. */
  port: number | undefined;
  /** Names that the pod itself resolves. */
  aliases: readonly string[];
}

const LONGEST = 4_096;
const BEFORE_SCHEME = /[^a-z0-9+.-]/i;
const LONGEST_SCHEME = 30;
const LAST_WORD = /[^a-z0-9+.-][a-z0-9+.-]{0,30}$/i;
const AUTHORITY_ENDS = /[\s/?#"'<>]/;
/** Variables whose value is a host, or a list of hosts. */
const HOLDS_HOST = /(^|_)(HOST|HOSTS|HOSTNAME|ADDR|ADDRESS|ENDPOINT|BROKERS|SERVERS)$/;
/** Those that name what the process itself listens on, or is called; `KAFKA_LISTENERS` begins its URLs with names of its own. */
const OWN =
  /(^|_)(BIND|LISTEN|LISTENER|ALLOWED|TRUSTED|VIRTUAL|PUBLIC|EXTERNAL|SELF|OWN)_|(^|_)LISTENERS?$|^(HOST|HOSTNAME|ADDR|ADDRESS)$/;
/** Values that turn something on or off: LOG_HOSTNAME. */
const SWITCH = /^(true|false|yes|no|on|off|none|null|auto|default|all|any)$/i;
const HOST = /^([a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?)(?::(\d{1,5}))?$/i;
/** Ports of schemes. */
const PORTS = new Map(
  Object.entries({
    http: 80,
    https: 443,
    ws: 80,
    wss: 443,
    redis: 6379,
    postgres: 5432,
    postgresql: 5432,
    mysql: 3306,
    mariadb: 3306,
    mongodb: 27017,
    amqp: 5672,
    memcached: 11211,
    nats: 4222,
  }),
);

/** Schemes whose first part is a bucket, a model, an image or another thing that no DNS resolves. */
const NO_HOST =
  /^(s3[an]?|gs|gcs|az|abfss?|wasbs?|hf|ngc|file|docker|oci|kubernetes|k8s|secrets?|vault|ssm|awssm|gcpsm|sm|op|bao|projects|arn|urn|data|classpath|(?:.*\+)?sqlite3?|duckdb|unix|app|env|ref|xds|consul|lb|ipfs|git|pkg)$/i;

/** The hosts in the variables, commands and arguments of the pods of an object. */
export function namedHosts(object: KubeObject, maps: ReadonlyMap<string, KubeObject>): NamedHost[] {
  const template = podTemplateOf(object);
  if (template === undefined) return [];
  const aliases = list(template.spec.hostAliases).flatMap(({ hostnames }) =>
    Array.isArray(hostnames) ? hostnames.map(String) : [],
  );
  const place = {
    of: `${object.kind} ${object.metadata.name}`,
    namespace: object.metadata.namespace ?? 'default',
    aliases,
  };
  return containersOf(template).flatMap((container) => {
    const own = list(container.env).map(({ name, value, valueFrom }): [string, string] => {
      const { name: map, key } = fields(fields(valueFrom).configMapKeyRef);
      return [textOf(name), textOf(value) || textOf(fields(maps.get(textOf(map))?.data)[textOf(key)])];
    });
    const shared = list(container.envFrom).flatMap(({ configMapRef }) =>
      Object.entries(fields(maps.get(textOf(fields(configMapRef).name))?.data)).map(
        ([key, value]): [string, string] => [key, textOf(value)],
      ),
    );
    const lines = [container.command, container.args].flatMap((part) => (Array.isArray(part) ? part.map(String) : []));
    return [
      ...[...shared, ...own].flatMap(([name, value]) =>
        hostsOf(name, value).map((found) => ({ ...place, in: `variable ${name}`, ...found })),
      ),
      ...lines.flatMap((line) => urlsIn(line).map((found) => ({ ...place, in: 'its command', ...found }))),
    ];
  });
}

type Found = Pick<NamedHost, 'host' | 'port'>;

function hostsOf(name: string, value: string): Found[] {
  if (OWN.test(name.toUpperCase())) return [];
  const urls = urlsIn(value);
  if (urls.length > 0 || !HOLDS_HOST.test(name.toUpperCase())) return urls;
  return value
    .slice(0, LONGEST)
    .split(/[\s,;]+/)
    .flatMap((part) => hostOf(part, undefined));
}

/** A host with or without a port; nothing for every other text. */
function hostOf(text: string, port: number | undefined): Found[] {
  const [, host, , own] = HOST.exec(text) ?? [];
  if (host === undefined || SWITCH.test(host)) return [];
  return [{ host: host.toLowerCase(), port: own === undefined ? port : Number(own) }];
}

/** The hosts of URLs, several of them where the scheme allows that: mongodb://a,b/db. */
function urlsIn(text: string): Found[] {
  const [first = '', ...rest] = text.slice(0, LONGEST).split('://');
  let before = first;
  return rest.flatMap((part, index) => {
    const scheme = before.slice(-LONGEST_SCHEME).split(BEFORE_SCHEME).at(-1) ?? '';
    before = part;
    // The last word is the scheme of the next URL: http://a,http://b.
    const own = index === rest.length - 1 ? part : part.slice(0, Math.max(0, part.search(LAST_WORD)));
    const end = own.search(AUTHORITY_ENDS);
    const authority = end < 0 ? own : own.slice(0, end);
    const hosts = authority.slice(authority.lastIndexOf('@') + 1).split(',');
    return scheme === '' || NO_HOST.test(scheme)
      ? []
      : hosts.flatMap((host) => hostOf(host, PORTS.get(scheme.toLowerCase())));
  });
}
