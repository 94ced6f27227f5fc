import { sourceKeyOf } from '../../config/own-objects-rules.ts';
import type { Config, EnvironmentConfig } from '../../config/schema.ts';
import { UserError } from '../../errors.ts';
import { LABELS } from '../../objects/names.ts';
import type { KubeObject } from '../../ports.ts';
import { type EnvironmentService, planServices, serviceObjects } from './environment-services.ts';

/**
 * Plans `environments.<name>.services`.
 * @param taken names of the objects of the app
 * @throws UserError for what keeps data, a service without a port, a name that is in use, and beside objects of the team
 */
export function planRolloutServices(
  name: string,
  { services }: Pick<EnvironmentConfig, 'services'>,
  { deploy }: Pick<Config, 'deploy'>,
  taken: readonly string[],
): EnvironmentService[] {
  const where = `environments.${name}.services`;
  const source = sourceKeyOf(deploy);
  if (source !== undefined && Object.keys(services ?? {}).length > 0) {
    throw new UserError(`${where}: with deploy.${source}, your own objects describe everything that runs`, {
      details: ['nothing was written'],
      remedy: `Describe the service there, and take ${where} out.`,
    });
  }
  return planServices(services, {
    where,
    podSecurity: 'baseline',
    taken: Object.fromEntries(taken.map((one) => [one, 'app'])),
    remedyForDatabase: () =>
      'Its data would be lost with its pod. Use a database that outlives the app (a managed one, or one of an operator), and give the app its address: a Secret (`secrets`), or `secretEnv`.',
    lasts: true,
  });
}

/** Their Deployments and Services, as part of the release. */
export function rolloutServiceObjects(
  services: readonly EnvironmentService[],
  { app, environment, namespace }: { app: string; environment: string; namespace: string },
): KubeObject[] {
  const labels = { [LABELS.managedBy]: 'slipway', [LABELS.name]: app, [LABELS.environment]: environment };
  return serviceObjects(services, { namespace, labels, selector: { [LABELS.app]: app } });
}
