import type { Migration } from '../../config/workloads.ts';
import type { KubeObject } from '../../ports.ts';
import type { IngressSpec } from '../ingress/ingress-spec.ts';
import { ingressObjects } from '../ingress/kinds.ts';
import { filledTexts, placeValues } from '../value.ts';
import { type AppSpec, imageOf } from './app-spec.ts';
import { autoscaler } from './autoscaler.ts';
import { cronJobObject } from './cron-job.ts';
import { deploymentObject } from './deployment.ts';
import { disruptionBudget } from './disruption-budget.ts';
import { migrationJobOf } from './migration-job.ts';
import { serviceObject } from './service.ts';
import { serviceAccounts } from './service-account.ts';

/**
 * For each process a Deployment, a Service (with a port) and a PodDisruptionBudget (with 2 replicas or more); the objects of
 * the ingress, if any; a CronJob for each cron; a HorizontalPodAutoscaler and a ServiceAccount where slipway.yml asks for them.
 */
export function appObjects(app: AppSpec): KubeObject[] {
  const spec = { ...app, ingress: app.ingress && withFilledAnnotations(app.ingress, app) };
  const { processes, crons } = spec;
  return [
    ...serviceAccounts(spec),
    ...processes.flatMap((process) => [deploymentObject(spec, process), ...serviceObject(spec, process)]),
    ...ingressObjects(spec),
    ...processes.flatMap((process) => [...disruptionBudget(spec, process), ...autoscaler(spec, process)]),
    ...crons.map((cron) => cronJobObject(spec, cron)),
  ];
}

function withFilledAnnotations(ingress: IngressSpec, app: AppSpec): IngressSpec {
  return { ...ingress, annotations: filledTexts(ingress.annotations, placeValues(app)) };
}

/**
 * The Job that migrates the app's database: the pod of a process with its image, and another command. Its name holds a hash of
 * image and command, so that it runs once for each of them.
 * @param written the objects as they are written: a patch of a process counts for its migration
 */
export function migrationJob(
  spec: AppSpec,
  { image, command }: Migration,
  written: readonly KubeObject[] = [],
): KubeObject {
  const reference = imageOf(spec, { image });
  const request = { app: spec.name, image: reference, command, labels: spec.labels };
  const like = podLike(spec, image);
  const same = written.find(({ kind, metadata }) => kind === like.kind && metadata.name === like.metadata.name);
  return migrationJobOf(same ?? like, request);
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
