import { LABELS } from '../objects/names.ts';
import { type ContainerStatus, culpritOf, type PodView, type Terminated } from './pod-view.ts';
import { type Failed, failed } from './verdict.ts';

/**
 * A command that cannot be run, now or later: exit code 127 is "not found", 126 "not executable", and with StartError there
 * was nothing to start. Undefined for any other end.
 */
export function badCommand(pod: PodView, status: ContainerStatus, last: Terminated): Failed | undefined {
  const isStartError = failsToStart(last);
  if (last.exitCode !== 127 && last.exitCode !== 126 && !isStartError) return undefined;
  const detail = isStartError
    ? (/exec: .*$/s.exec(last.message ?? '')?.[0] ?? last.message ?? '')
    : `exit code ${last.exitCode}: command ${last.exitCode === 127 ? 'not found' : 'not executable'}`;
  return failed(
    `container ${status.name}: its command cannot be run (${detail.trim()})`,
    remedyFor(detail, keyOf(pod)),
    { culprit: culpritOf(pod, status.name, status.restartCount > 0) },
  );
}

function failsToStart({ reason, message = '' }: Terminated): boolean {
  const named = reason === 'StartError' || reason === 'ContainerCannotRun';
  return (
    named && /executable file not found|no such file or directory|permission denied|exec format error/.test(message)
  );
}

/** The key of slipway.yml that has the command. */
function keyOf({ metadata, spec }: PodView): string {
  const component = metadata.labels?.[LABELS.component];
  if (component === 'migration') return 'deploy.migrate';
  // The container of a process has its name; that of the short form has the name of the app.
  const isProcess = metadata.labels?.[LABELS.app] !== undefined && spec.containers[0]?.name === component;
  return isProcess ? `deploy.processes.${component}.command` : 'deploy.command';
}

function remedyFor(detail: string, key: string): string {
  if (/exec: "(\/bin\/)?sh": /.test(detail)) {
    return `The image has no shell, and a shell runs what ${key} has on one line. Write it as a list, which runs without one: [/app, argument].`;
  }
  const others = key.endsWith('.command') ? ' (or command of the manifest, CMD and ENTRYPOINT of the image)' : '';
  return `Correct ${key}${others}: the program must be in the image and executable, for the processor of the node.`;
}
