import { type ContainerSpec, type ContainerStatus, culpritOf, type PodView, type Probe } from './pod-view.ts';
import { type EventView, type Failed, failed, type Waiting, waiting } from './verdict.ts';

/** The probe that a running container does not pass, with its last answer; undefined when it has not been asked yet. */
export function probeProblem(
  pod: PodView,
  spec: ContainerSpec,
  status: ContainerStatus,
  warnings: readonly EventView[],
): Waiting | undefined {
  if (!status.state?.running || status.ready) return undefined;
  const probe = status.started === false && spec.startupProbe ? spec.startupProbe : spec.readinessProbe;
  // What another probe was answered before says nothing about this one.
  const which = probe === spec.startupProbe ? /^Startup probe (failed|errored)/ : /^Readiness probe (failed|errored)/;
  const last = warnings.findLast(
    (event) =>
      event.reason === 'Unhealthy' && (event.container ?? spec.name) === spec.name && which.test(event.message),
  );
  if (!probe || !last) return undefined;
  const answer = last.message.replace(/^.*?probe (failed|errored)[^:]*: /s, '').trim();
  const { asked, port } = question(probe, spec);
  const culprit = culpritOf(pod, spec.name);
  if (/connection refused/.test(answer)) {
    return waiting(
      `nothing listens on port ${port} of the pod (${asked}: connection refused), though the container runs`,
      {
        remedy: `The app listens on 127.0.0.1 only, or on another port than ${port}. Make it listen on 0.0.0.0:${port}, or correct deploy.port.`,
        culprit,
      },
    );
  }
  const code = /statuscode: (\d+)/.exec(answer)?.[1];
  if (code === '404') {
    return waiting(`${asked} answered 404`, {
      remedy: `Correct deploy.health: the app does not know this path.`,
      culprit,
    });
  }
  if (code) {
    return waiting(`${asked} answered ${code}`, {
      remedy: 'The app runs, but says that it is not healthy: see its log, and what its health check depends on.',
      culprit,
    });
  }
  if (/context deadline exceeded|Client\.Timeout/.test(answer)) {
    return waiting(`${asked} did not answer within ${probe.timeoutSeconds ?? 1} s`, {
      remedy: 'The health check is too slow, or waits for something that never answers.',
      culprit,
    });
  }
  return waiting(`${asked} failed: ${answer}`, { culprit });
}

/**
 * A container that its kubelet has killed, again and again, because a probe of it failed: it looks like a crash, and is none.
 * @see https://kubernetes.io/docs/tasks/configure-pod-container/configure-liveness-readiness-startup-probes/
 */
export function killedByProbe(
  pod: PodView,
  spec: ContainerSpec,
  status: ContainerStatus,
  warnings: readonly EventView[],
): Failed | undefined {
  const last = warnings.findLast(
    (event) =>
      event.reason === 'Unhealthy' &&
      (event.container ?? spec.name) === spec.name &&
      /^(Liveness|Startup) probe (failed|errored)/.test(event.message),
  );
  const { exitCode, reason } = status.lastState?.terminated ?? {};
  // The kernel kills by the same signal.
  if (reason === 'OOMKilled') return undefined;
  // 143 and 137: it was told to stop, and stopped or was killed. Whoever ends by another code has ended by itself.
  if (!last || (exitCode !== 143 && exitCode !== 137 && exitCode !== 0)) return undefined;
  const which = last.message.startsWith('Startup') ? 'startup' : 'liveness';
  const probe = which === 'startup' ? spec.startupProbe : spec.livenessProbe;
  const answer = last.message.replace(/^.*?probe (failed|errored)[^:]*: /s, '').trim();
  return failed(
    `container ${status.name} is killed again and again (${status.restartCount + 1} times) because its ${which} probe fails${probe ? ` (${question(probe, spec).asked})` : ''}: ${answer}`,
    which === 'startup'
      ? 'Give it longer to start (failureThreshold of the startup probe), or correct the probe.'
      : 'Correct the liveness probe, or give the app a startup probe so that it is not asked while it starts.',
    { culprit: culpritOf(pod, status.name, true) },
  );
}

function question(probe: Probe, spec: ContainerSpec): { asked: string; port: string } {
  const number = (port: number | string) => String(spec.ports?.find((one) => one.name === port)?.containerPort ?? port);
  if (probe.httpGet) return { asked: `GET ${probe.httpGet.path ?? '/'}`, port: number(probe.httpGet.port) };
  if (probe.tcpSocket) return { asked: 'a connection', port: number(probe.tcpSocket.port) };
  if (probe.grpc) return { asked: 'the gRPC health check', port: String(probe.grpc.port) };
  return { asked: `the probe \`${probe.exec?.command?.join(' ') ?? ''}\``, port: '?' };
}
