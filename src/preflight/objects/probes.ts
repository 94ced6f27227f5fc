import { fields, list, textOf } from '../../objects/fields.ts';
import { type Finding, finding } from '../finding.ts';
import { at, isHeadless, type Observed, servicesBefore, type Workload } from './observed.ts';

const PROBES = ['startupProbe', 'readinessProbe', 'livenessProbe'] as const;

/** Probes that ask for something else than they are for. */
export function probeFindings(workload: Workload, all: Observed): Finding[] {
  const { object, template } = workload;
  const native = list(template.spec.initContainers).filter(({ restartPolicy }) => restartPolicy === 'Always');
  return [...native, ...list(template.spec.containers)].flatMap((container) => [
    ...PROBES.flatMap((kind) => ofProbe(kind, container, workload, all)),
    ...livenessOfOthers(container, workload, all),
    ...(object.kind === 'DaemonSet' ? [] : unready(container, workload, all)),
  ]);
}

function ofProbe(
  kind: (typeof PROBES)[number],
  container: Record<string, unknown>,
  { object, template }: Workload,
  all: Observed,
): Finding[] {
  const { httpGet, tcpSocket } = fields(container[kind]);
  const { port, scheme, host } = fields(httpGet ?? tcpSocket);
  if (port === undefined) return [];
  const name = textOf(container.name);
  const said = (code: 'probe-of-unknown-port' | 'probe-of-another-host' | 'probe-without-tls') => ({
    where: at(object, all, `${kind}:`),
    key: `${name} ${kind} ${code}`,
  });
  const ports = list(container.ports);
  const own = ports.find(({ name: one, containerPort }) => one === port || containerPort === port);
  const found: Finding[] = [];
  if (typeof port === 'string' && own === undefined && !/^\d{1,5}$/.test(port)) {
    const names = ports.map((one) => textOf(one.name)).filter((one) => one !== '');
    found.push(
      finding('probe-of-unknown-port', {
        ...said('probe-of-unknown-port'),
        confidence: 'proven',
        seen: `the ${kind} of container ${name} asks the port ${port}, and its ports are ${names.join(', ') || 'without names'}`,
        remedy: `Name a port of the container, or write the number.`,
      }),
    );
  }
  if (host !== undefined && host !== '' && template.spec.hostNetwork !== true) {
    found.push(
      finding('probe-of-another-host', {
        ...said('probe-of-another-host'),
        confidence: /^(localhost|127\.)/.test(String(host)) ? 'proven' : 'likely',
        seen: `the ${kind} of container ${name} asks ${String(host)}: the kubelet asks from the node, where this is not the pod`,
        remedy: 'Leave `host` out; for a virtual host, write `httpHeaders: [{ name: Host, value: … }]`.',
      }),
    );
  }
  const isTls = port === 443 || port === 8443 || /^https(-|$)/.test(textOf(own?.name ?? port));
  if (httpGet !== undefined && isTls && String(scheme ?? 'HTTP').toUpperCase() === 'HTTP') {
    found.push(
      finding('probe-without-tls', {
        ...said('probe-without-tls'),
        confidence: 'likely',
        seen: `the ${kind} of container ${name} asks port ${String(port)} without TLS`,
        remedy: 'Write `scheme: HTTPS`: the kubelet does not check the certificate.',
      }),
    );
  }
  return found;
}

const ABOUT_OTHERS = /\/(ready|readyz|readiness|deep|dependencies|db|database)\/?$/i;

/** A liveness probe that fails with a database restarts every pod at once. */
function livenessOfOthers(container: Record<string, unknown>, { object }: Workload, all: Observed): Finding[] {
  const path = textOf(fields(fields(container.livenessProbe).httpGet).path);
  if (!ABOUT_OTHERS.test(path.slice(0, 200))) return [];
  return [
    finding('liveness-of-others', {
      where: at(object, all, 'livenessProbe:'),
      // A name proves little: some answer without asking anybody.
      confidence: 'possible',
      seen: `the livenessProbe of container ${textOf(container.name)} asks ${path}, by its name the readiness`,
      remedy: 'Ask a path that needs no other service, and leave dependencies to the readinessProbe.',
      key: textOf(container.name),
    }),
  ];
}

/** A container behind a Service that counts as ready from its first moment. */
function unready(container: Record<string, unknown>, workload: Workload, all: Observed): Finding[] {
  if (container.readinessProbe !== undefined || container.startupProbe !== undefined) return [];
  const numbers = list(container.ports).flatMap(({ containerPort, name }) => [containerPort, name]);
  const service = servicesBefore(workload, all).find(
    (one) =>
      !isHeadless(one) &&
      list(fields(one.spec).ports).some(({ port, targetPort }) => numbers.includes(targetPort ?? port)),
  );
  if (service === undefined || numbers.length === 0) return [];
  return [
    finding('no-readiness-probe', {
      where: at(workload.object, all, `name: ${textOf(container.name)}`),
      confidence: 'likely',
      seen: `container ${textOf(container.name)} gets requests of Service ${service.metadata.name} before it listens`,
      remedy: 'Add a readinessProbe (`deploy.health`): httpGet of its health path, or tcpSocket of the port.',
      key: textOf(container.name),
    }),
  ];
}
