import {
  type ContainerSpec,
  type ContainerStatus,
  culpritOf,
  type PodView,
  type Probe,
  type Terminated,
} from './pod-view.ts';
import { probeAnswer, question } from './probe-answer.ts';
import { type EventView, type Failed, failed, type Verdict, waiting } from './verdict.ts';

/**
 * Milliseconds. A container that its startup probe has given as long as this, in vain, gets no second try. A shorter startup
 * probe may rely on restarts.
 */
const STARTUP_MS = 60_000;

/**
 * The probe that a running container does not pass, with its last answer; undefined before the first answer. Without a
 * startup probe the app may take as long as the rollout; with one, a container that fails it all the time has failed.
 */
export function probeProblem(
  pod: PodView,
  spec: ContainerSpec,
  status: ContainerStatus,
  warnings: readonly EventView[],
): Verdict | undefined {
  if (!status.state?.running || status.ready) return undefined;
  const starting = status.started === false ? spec.startupProbe : undefined;
  const probe = starting ?? spec.readinessProbe;
  const which = starting ? /^Startup probe (failed|errored)/ : /^Readiness probe (failed|errored)/;
  const last = lastUnhealthy(spec, warnings, which);
  if (!probe || !last) return undefined;
  const { reason, remedy } = probeAnswer(probe, spec, answerIn(last));
  const culprit = culpritOf(pod, spec.name);
  const more = 'If the app only needs longer to start, raise deploy.startup (failureThreshold of the startup probe).';
  const budgetMs = starting ? lastsMs(starting) : 0;
  if (budgetMs < STARTUP_MS) return waiting(reason, { ...(remedy ? { remedy } : {}), culprit });
  const killed = killedByProbe(pod, spec, status, warnings) !== undefined;
  // The kubelet kills the container at the end of the time: the verdict comes before that resets the state.
  const graceMs = killed ? 0 : Math.round(budgetMs * 0.95);
  return failed(reason, remedy ? `${remedy} ${more}` : more, { culprit, graceMs });
}

/**
 * A container that its kubelet restarts because it fails a probe; undefined when the process exited on its own.
 * @see https://kubernetes.io/docs/tasks/configure-pod-container/configure-liveness-readiness-startup-probes/
 */
export function killedByProbe(
  pod: PodView,
  spec: ContainerSpec,
  status: ContainerStatus,
  warnings: readonly EventView[],
): Failed | undefined {
  const last = lastUnhealthy(spec, warnings, /^(Liveness|Startup) probe (failed|errored)/);
  if (!last) return undefined;
  const which = last.message.startsWith('Startup') ? 'startup' : 'liveness';
  const probe = which === 'startup' ? spec.startupProbe : spec.livenessProbe;
  if (!mayBeKilled(status.lastState?.terminated, probe)) return undefined;
  return failed(
    `container ${status.name} is killed again and again (${status.restartCount + 1} times) because its ${which} probe fails${probe ? ` (${question(probe, spec).asked})` : ''}: ${answerIn(last)}`,
    which === 'startup'
      ? 'Give it longer to start (deploy.startup; failureThreshold of the startup probe), or correct the probe.'
      : 'Correct the liveness probe, or give the app a startup probe so that it is not asked while it starts.',
    { culprit: culpritOf(pod, status.name, true) },
  );
}

/**
 * Exit code 143 means that the process stopped on SIGTERM, 137 that it was killed, and 0 that it stopped cleanly. A process
 * that exits on its own or moves to the background also has exit code 0. A probe kills no sooner than its threshold.
 */
function mayBeKilled(ended: Terminated | undefined, probe: Probe | undefined): boolean {
  if (!ended || ended.reason === 'OOMKilled' || ![0, 137, 143].includes(ended.exitCode)) return false;
  const livedMs = Date.parse(ended.finishedAt ?? '') - Date.parse(ended.startedAt ?? '');
  // Both times are exact to a second. Where they are missing, the probe is believed.
  return Number.isNaN(livedMs) || probe === undefined || livedMs + 1_000 >= lastsMs(probe) - periodMs(probe);
}

/** Milliseconds until a probe that fails all the time has reached its threshold. */
function lastsMs(probe: Probe): number {
  return (probe.initialDelaySeconds ?? 0) * 1_000 + (probe.failureThreshold ?? 3) * periodMs(probe);
}

function periodMs({ periodSeconds = 10 }: Probe): number {
  return periodSeconds * 1_000;
}

function lastUnhealthy(spec: ContainerSpec, warnings: readonly EventView[], which: RegExp): EventView | undefined {
  return warnings.findLast(
    ({ reason, message, container = spec.name }) =>
      reason === 'Unhealthy' && container === spec.name && which.test(message),
  );
}

function answerIn({ message }: EventView): string {
  return message.replace(/^[\s\S]{0,100}?probe (failed|errored)[^:]*: /, '').trim();
}
