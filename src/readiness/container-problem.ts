import { badCommand } from './bad-command.ts';
import { type ContainerSpec, type ContainerStatus, culpritOf, type PodView, type Terminated } from './pod-view.ts';
import { killedByProbe } from './probe-problem.ts';
import { remedyFor } from './sidecar-problem.ts';
import { type EventView, failed, type Verdict, waiting } from './verdict.ts';

/** Milliseconds; a Secret or ConfigMap that was just written may not have reached the kubelet's cache. */
const CACHE_GRACE_MS = 3_000;
/** Milliseconds; "context deadline exceeded" and "name is reserved" are errors of a busy container runtime, which recovers. */
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
  const command = last && badCommand(pod, status, last);
  if (command) return command;
  if (state?.reason === 'RunContainerError' || state?.reason === 'CreateContainerError') {
    return failed(
      `container ${status.name} cannot be started: ${state.message ?? state.reason}`,
      'Check the command, the volumes and the securityContext of the container.',
      { graceMs: RUNTIME_GRACE_MS },
    );
  }
  // The kubelet shows a native sidecar that it will restart as terminated.
  const willRestart = spec.restartPolicy === 'Always' && terminated !== undefined && status.restartCount > 0;
  if ((state?.reason === 'CrashLoopBackOff' || willRestart) && last) {
    return killedByProbe(pod, spec, status, warnings) ?? crashLoop(pod, spec, status, last);
  }
  return undefined;
}

function configProblem(pod: PodView, status: ContainerStatus, message: string): Verdict {
  const missing = /(secret|configmap) "([^"]+)" not found/i.exec(message);
  if (missing) {
    const [, kind = '', name = ''] = missing;
    const isSecret = kind.toLowerCase() === 'secret';
    return failed(
      `container ${status.name} needs the ${isSecret ? 'Secret' : 'ConfigMap'} ${name}, which does not exist in the namespace`,
      `Create it: kubectl -n ${pod.metadata.namespace} create ${isSecret ? 'secret generic' : 'configmap'} ${name} --from-literal=KEY=…; or take it out of the configuration.`,
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

/** Why and what to do, of a container that was killed for its memory; undefined for any other end. */
export function outOfMemory({ reason, exitCode }: Terminated): { why: string; remedy: string } | undefined {
  if (reason === 'OOMKilled') {
    return {
      why: 'because it needs more memory than its limit',
      remedy: 'Raise deploy.resources.memory (of a manifest: resources.limits.memory).',
    };
  }
  // The kernel kills a child of the main process, a shell reports that by its own exit code, and the reason is lost.
  if (exitCode !== 137) return undefined;
  return {
    why: '(exit code 137, SIGKILL), most likely because it needs more memory than its limit',
    remedy: 'Raise deploy.resources.memory; or read in its last log lines what killed it.',
  };
}

function crashLoop(pod: PodView, spec: ContainerSpec, status: ContainerStatus, last: Terminated): Verdict {
  const times = `${status.restartCount + 1} times`;
  // The log of an earlier run may be gone; one that has just ended is there.
  const culprit = culpritOf(pod, status.name, status.state?.terminated === undefined);
  const memory = last.reason === 'OOMKilled' ? outOfMemory(last) : undefined;
  if (memory) return failed(`container ${status.name} was killed ${times} ${memory.why}`, memory.remedy, { culprit });
  if (last.exitCode === 0) {
    const serves = (spec.ports ?? []).length > 0;
    return failed(
      `container ${status.name} ends by itself (exit code 0, ${times}) instead of ${serves ? 'serving' : 'running on'}`,
      serves
        ? 'Its command must stay in the foreground: a server, not a command that finishes or goes into the background.'
        : 'Its command must stay in the foreground. A command that finishes belongs in deploy.crons or deploy.migrate.',
      { culprit },
    );
  }
  const how = last.signal ? `signal ${last.signal}` : `exit code ${last.exitCode}`;
  return failed(
    `container ${status.name} crashes on every start (${how}, ${times})`,
    remedyFor(
      status.name,
      `Read the cause in its last log lines. To try the same image locally, set its variables and pass them on: ${tryLocally(spec, status)}`,
    ),
    { culprit },
  );
}

const MOST_VARIABLES = 20;

/** `--env NAME` passes a variable on from the caller's environment, so that no value appears in the command. */
function tryLocally({ image, env }: ContainerSpec, status: ContainerStatus): string {
  const names = (Array.isArray(env) ? env : []).slice(0, MOST_VARIABLES).map(({ name }) => `--env ${name}`);
  return ['docker run --rm', ...names, image ?? status.image ?? '<image>'].join(' ');
}
