import { type ContainerSpec, type ContainerStatus, culpritOf, type PodView } from './pod-view.ts';
import { killedByProbe } from './probe-problem.ts';
import { type EventView, failed, type Verdict, waiting } from './verdict.ts';

/** A Secret or ConfigMap that was just written may not have reached the kubelet's cache. */
const CACHE_GRACE_MS = 3_000;
/** "context deadline exceeded", "name is reserved": a container runtime under load says such things and recovers. */
const RUNTIME_GRACE_MS = 20_000;

/** Why a container cannot be created or does not keep running; undefined when it does. */
export function containerProblem(
  pod: PodView,
  spec: ContainerSpec,
  status: ContainerStatus,
  warnings: readonly EventView[],
): Verdict | undefined {
  const { waiting: state, terminated, running } = status.state ?? {};
  if (running) return undefined;
  if (state?.reason === 'CreateContainerConfigError') return configProblem(pod, status, state.message ?? '');
  const last = terminated ?? status.lastState?.terminated;
  if (last && isBadCommand(last)) return badCommand(pod, status, last);
  if (state?.reason === 'RunContainerError' || state?.reason === 'CreateContainerError') {
    return failed(
      `container ${status.name} cannot be started: ${state.message ?? state.reason}`,
      'Check the command, the volumes and the securityContext of the container.',
      { graceMs: RUNTIME_GRACE_MS },
    );
  }
  if (state?.reason === 'CrashLoopBackOff' && last) {
    return killedByProbe(pod, spec, status, warnings) ?? crashLoop(pod, status, last);
  }
  return undefined;
}

type Terminated = NonNullable<NonNullable<ContainerStatus['state']>['terminated']>;

function configProblem(pod: PodView, status: ContainerStatus, message: string): Verdict {
  const missing = /(secret|configmap) "(.+?)" not found/i.exec(message);
  if (missing) {
    const [, kind = '', name = ''] = missing;
    const what = kind.toLowerCase() === 'secret' ? 'Secret' : 'ConfigMap';
    return failed(
      `container ${status.name} needs the ${what} ${name}, which does not exist in the namespace`,
      `Create it: kubectl -n ${pod.metadata.namespace} create ${kind.toLowerCase() === 'secret' ? 'secret generic' : 'configmap'} ${name} --from-literal=KEY=…; or take it out of the configuration.`,
      { graceMs: CACHE_GRACE_MS, mayCome: true },
    );
  }
  const key = /couldn't find key (\S+) in (Secret|ConfigMap) (\S+)/i.exec(message);
  if (key) {
    return failed(
      `container ${status.name} needs the key ${key[1]} of the ${key[2]} ${key[3]}, which is not in it`,
      `Add the key to the ${key[2]}, or correct its name.`,
      { graceMs: CACHE_GRACE_MS, mayCome: true },
    );
  }
  if (/run as root|non-numeric user/i.test(message)) {
    return failed(
      `container ${status.name} would run as root, which its securityContext forbids (runAsNonRoot)`,
      'Give the image another user, by number (USER 1000 in the Dockerfile).',
    );
  }
  // "failed to sync secret cache: timed out waiting for the condition" and the like.
  return waiting(`container ${status.name} cannot be configured yet: ${message}`);
}

/** 127: not found; 126: not executable; StartError: there was nothing to start. None of them gets better by waiting. */
function isBadCommand(last: Terminated): boolean {
  return last.exitCode === 127 || last.exitCode === 126 || isStartError(last);
}

function isStartError(last: Terminated): boolean {
  const named = last.reason === 'StartError' || last.reason === 'ContainerCannotRun';
  return (
    named &&
    /executable file not found|no such file or directory|permission denied|exec format error/.test(last.message ?? '')
  );
}

function badCommand(pod: PodView, status: ContainerStatus, last: Terminated): Verdict {
  const detail = isStartError(last)
    ? (/exec: .*$/s.exec(last.message ?? '')?.[0] ?? last.message ?? '')
    : `exit code ${last.exitCode}: command ${last.exitCode === 127 ? 'not found' : 'not executable'}`;
  return failed(
    `container ${status.name}: its command cannot be run (${detail.trim()})`,
    'Correct deploy.command (or CMD and ENTRYPOINT of the image): the program must be in the image and executable, for the processor of the node.',
    { culprit: culpritOf(pod, status.name, status.restartCount > 0) },
  );
}

function crashLoop(pod: PodView, status: ContainerStatus, last: Terminated): Verdict {
  const times = `${status.restartCount + 1} times`;
  const culprit = culpritOf(pod, status.name, true);
  if (last.reason === 'OOMKilled') {
    return failed(
      `container ${status.name} was killed ${times} because it needs more memory than its limit`,
      'Raise deploy.resources.memory.',
      { culprit },
    );
  }
  if (last.exitCode === 0) {
    return failed(
      `container ${status.name} ends by itself (exit code 0, ${times}) instead of serving`,
      'Its command must stay in the foreground: a server, not a command that finishes or goes into the background.',
      { culprit },
    );
  }
  const how = last.signal ? `signal ${last.signal}` : `exit code ${last.exitCode}`;
  return failed(
    `container ${status.name} crashes on every start (${how}, ${times})`,
    'The last lines of its log tell why. Try the same image locally: docker run --rm <image>.',
    { culprit },
  );
}
