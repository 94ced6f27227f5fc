import type { KubeObject } from '../../ports.ts';
import { ingressObjects } from '../ingress/kinds.ts';
import type { AppSpec, Command } from './app-spec.ts';
import { deploymentObject } from './deployment.ts';
import { disruptionBudget } from './disruption-budget.ts';
import { migrationJobOf } from './migration-job.ts';
import { serviceObject } from './service.ts';

/** Deployment, Service, the objects of the ingress (if any) and PodDisruptionBudget (with 2 replicas or more) of an app. */
export function appObjects(spec: AppSpec): KubeObject[] {
  return [deploymentObject(spec), serviceObject(spec), ...ingressObjects(spec), ...disruptionBudget(spec)];
}

/**
 * The Job that migrates the app's database: the app's own pod with another command. Its name holds a hash of image and
 * command, so that it runs once for each of them.
 */
export function migrationJob(spec: AppSpec, command: Command): KubeObject {
  return migrationJobOf(deploymentObject(spec), { app: spec.name, image: spec.image, command, labels: spec.labels });
}
