import type { Migration } from '../../config/workloads.ts';
import type { KubeObject } from '../../ports.ts';
import { ingressObjects } from '../ingress/kinds.ts';
import { type AppSpec, imageOf } from './app-spec.ts';
import { cronJobObject } from './cron-job.ts';
import { deploymentObject } from './deployment.ts';
import { disruptionBudget } from './disruption-budget.ts';
import { migrationJobOf } from './migration-job.ts';
import { serviceObject } from './service.ts';

/**
 * For each process a Deployment, a Service (with a port) and a PodDisruptionBudget (with 2 replicas or more); the objects of
 * the ingress, if any; a CronJob for each cron.
 */
export function appObjects(spec: AppSpec): KubeObject[] {
  const { processes, crons } = spec;
  return [
    ...processes.flatMap((process) => [deploymentObject(spec, process), ...serviceObject(spec, process)]),
    ...ingressObjects(spec),
    ...processes.flatMap((process) => disruptionBudget(spec, process)),
    ...crons.map((cron) => cronJobObject(spec, cron)),
  ];
}

/**
 * The Job that migrates the app's database: the pod of a process with its image, and another command. Its name holds a hash of
 * image and command, so that it runs once for each of them.
 */
export function migrationJob(spec: AppSpec, { image, command }: Migration): KubeObject {
  const reference = imageOf(spec, { image });
  const request = { app: spec.name, image: reference, command, labels: spec.labels };
  return migrationJobOf(podLike(spec, image), request);
}

/** An object with a pod of this image: of the first process or cron with it, otherwise like the first process. */
function podLike(spec: AppSpec, image: string): KubeObject {
  const process = spec.processes.find((one) => one.image === image);
  if (process) return deploymentObject(spec, process);
  const cron = spec.crons.find((one) => one.image === image);
  if (cron) return cronJobObject(spec, cron);
  const [first] = spec.processes;
  if (first === undefined) throw new Error('an app has at least one process');
  return deploymentObject(spec, { ...first, image });
}
