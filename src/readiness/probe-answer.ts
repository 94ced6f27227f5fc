import type { ContainerSpec, Probe } from './pod-view.ts';

/** What the answer to a probe means, and what to change. */
export function probeAnswer(probe: Probe, spec: ContainerSpec, answer: string): { reason: string; remedy?: string } {
  const { asked, port } = question(probe, spec);
  if (/connection refused/.test(answer)) {
    return {
      reason: `nothing listens on port ${port} of the pod (${asked}: connection refused), though the container runs`,
      remedy: `The app listens on 127.0.0.1 only, or on another port than ${port}. Make it listen on 0.0.0.0:${port}, or correct deploy.port (of a manifest: the port of its probe).`,
    };
  }
  const code = /statuscode: (\d+)/.exec(answer)?.[1];
  if (code) return { reason: `${asked} answered ${code}`, remedy: remedyFor(code, probe) };
  if (/context deadline exceeded|Client\.Timeout/.test(answer)) {
    return {
      reason: `${asked} did not answer within ${probe.timeoutSeconds ?? 1} s`,
      remedy: 'The health check is too slow, or waits for something that never answers.',
    };
  }
  return { reason: `${asked} failed: ${answer}` };
}

/** The request of a probe, and the port number. */
export function question(probe: Probe, spec: ContainerSpec): { asked: string; port: string } {
  const number = (port: number | string) => String(spec.ports?.find((one) => one.name === port)?.containerPort ?? port);
  if (probe.httpGet) return { asked: `GET ${probe.httpGet.path ?? '/'}`, port: number(probe.httpGet.port) };
  if (probe.tcpSocket) return { asked: 'a connection', port: number(probe.tcpSocket.port) };
  if (probe.grpc) return { asked: 'the gRPC health check', port: String(probe.grpc.port) };
  return { asked: `the probe \`${probe.exec?.command?.join(' ') ?? ''}\``, port: '?' };
}

function remedyFor(code: string, { httpGet }: Probe): string {
  if (code === '404')
    return 'Correct deploy.health (of a manifest: the path of its probe): the app does not know this path.';
  if (code !== '400') {
    return 'The app runs, but says that it is not healthy: see its log, and what its health check depends on.';
  }
  const host = httpGet?.httpHeaders?.find(({ name }) => name.toLowerCase() === 'host')?.value;
  return `The app may refuse the Host header of the probe, which is ${host ?? 'the address of the pod'}: Django answers 400 to a host that is not in ALLOWED_HOSTS. Allow it there, or see the log of the app.`;
}
