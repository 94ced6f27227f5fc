import { fields, textOf } from '../../objects/fields.ts';
import type { KubeObject } from '../../ports.ts';
import { type Finding, finding } from '../finding.ts';
import { type Backend, backendsOf, serviceOf } from './backends.ts';
import { closesWebSockets } from './google.ts';
import { classOf, isGoogle } from './ingress-class.ts';
import { at, type Observed, servicePort } from './observed.ts';

/** Ports of well-known protocols that are not HTTP. */
const TCP_PORTS: Readonly<Record<number, string>> = {
  21: 'FTP',
  22: 'SSH',
  25: 'SMTP',
  389: 'LDAP',
  587: 'SMTP',
  1433: 'SQL Server',
  1521: 'Oracle',
  1883: 'MQTT',
  3306: 'MySQL',
  5432: 'PostgreSQL',
  5672: 'AMQP',
  6379: 'Redis',
  8883: 'MQTT',
  9042: 'Cassandra',
  9092: 'Kafka',
  11211: 'memcached',
  27017: 'MongoDB',
};
const TCP_NAMES =
  /^(postgres(ql)?|mysql|redis|mongo(db)?|amqps?|mqtts?|kafka|smtp|ssh|ldaps?|memcached?|tcp-.{1,50})$/i;
const SOCKETS = /(^|[-/_.])(ws|wss|websockets?|socket\.io|sockjs|cable|signalr|hubs?)($|[-/_.*?(])/i;

/** Services behind HTTP that speak something else. */
export function protocolFindings(route: KubeObject, all: Observed): Finding[] {
  const seen = new Set<string>();
  return backendsOf(route).flatMap((backend) => {
    const service = serviceOf(backend, route, all);
    const port = service && servicePort(service, backend.port);
    const key = `${backend.service} ${String(port?.port)} ${backend.path}`;
    if (service === undefined || port === undefined || seen.has(key)) return [];
    seen.add(key);
    return [
      ...raw(backend, port, route, all),
      ...webSockets(backend, { service, port }, route, all),
      ...grpc(backend, { service, port }, route, all),
    ];
  });
}

function raw({ service }: Backend, port: Record<string, unknown>, route: KubeObject, all: Observed): Finding[] {
  const name = textOf(port.appProtocol) || textOf(port.name);
  const number = TCP_PORTS[Number(port.port)] ?? TCP_PORTS[Number(port.targetPort)];
  const protocol = TCP_NAMES.test(name) ? name : /^(https?|web|http2|h2c|ui|grpc)/i.test(name) ? undefined : number;
  if (protocol === undefined) return [];
  return [
    finding('tcp-behind-http', {
      where: at(route, all, service),
      confidence: 'likely',
      seen: `port ${String(port.port)} of Service ${service} is ${protocol}, and ${route.kind} passes HTTP alone`,
      remedy: 'Use a Service of type LoadBalancer (`ingress.kind: load-balancer`), or keep it inside of the cluster.',
      key: `${service} ${String(port.port)}`,
    }),
  ];
}

interface Target {
  service: KubeObject;
  port: Record<string, unknown>;
}

/** @see https://cloud.google.com/kubernetes-engine/docs/how-to/ingress-configuration#timeout */
function webSockets(backend: Backend, { service, port }: Target, route: KubeObject, all: Observed): Finding[] {
  const sign = [backend.path, textOf(port.name), service.metadata.name].find((text) =>
    SOCKETS.test(text.slice(0, 200)),
  );
  if (sign === undefined || !closesWebSockets(backend, route, service, all)) return [];
  const config = route.kind === 'Ingress' ? 'BackendConfig' : 'GCPBackendPolicy';
  return [
    finding('websocket-timeout', {
      where: at(route, all, backend.path || backend.service),
      confidence: 'likely',
      seen: `${sign} looks like WebSockets, and no ${config} of Service ${service.metadata.name} has a timeoutSec: the load balancer closes them after 30 s`,
      remedy: `Set \`timeoutSec: 3600\` in a ${config} (\`ingress.timeout: 1h\`), and let the client connect again.`,
      key: service.metadata.name,
    }),
  ];
}

/** @see https://cloud.google.com/kubernetes-engine/docs/how-to/ingress-http2 */
function grpc(backend: Backend, { service, port }: Target, route: KubeObject, all: Observed): Finding[] {
  const isGrpc = /^grpc/i.test(textOf(port.name)) || /^(grpc|kubernetes\.io\/h2c)$/.test(textOf(port.appProtocol));
  if (!isGrpc || route.kind !== 'Ingress') return [];
  const annotations = { ...fields(service.metadata.annotations), ...fields(route.metadata.annotations) };
  const name = classOf(route);
  const missing = isGoogle(name)
    ? {
        is: annotations['cloud.google.com/app-protocols'] === undefined,
        key: `cloud.google.com/app-protocols: '{"${textOf(port.name)}":"HTTP2"}' on the Service`,
      }
    : {
        is: name === 'nginx' && !/GRPC/i.test(textOf(annotations['nginx.ingress.kubernetes.io/backend-protocol'])),
        key: 'nginx.ingress.kubernetes.io/backend-protocol: GRPC on the Ingress',
      };
  if (!missing.is) return [];
  return [
    finding('grpc-behind-http1', {
      where: at(route, all, backend.service),
      confidence: 'likely',
      seen: `port ${String(port.port)} of Service ${backend.service} is gRPC, and class ${name} sends HTTP/1.1`,
      remedy: `Write ${missing.key}.`,
      key: backend.service,
    }),
  ];
}
