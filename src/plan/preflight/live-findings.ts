import { repositoriesOf } from '../../config/images.ts';
import type { Config } from '../../config/schema.ts';
import { fields, list, textOf } from '../../objects/fields.ts';
import { repositoryOf } from '../../objects/pod-template.ts';
import type { KubeObject } from '../../ports.ts';
import type { Finding } from '../../preflight/finding.ts';
import { type LiveEnvironment, ofKind } from '../../preflight/live/facts.ts';
import { judgeLive } from '../../preflight/live/judge.ts';
import type { EnvironmentObjects } from './environment-objects.ts';

/** Findings from the clusters of the environments. @param now milliseconds since the epoch */
export function liveFindings(
  config: Config,
  sides: readonly EnvironmentObjects[],
  live: readonly LiveEnvironment[],
  now: number,
): Finding[] {
  const pairs = Object.entries(config.environments ?? {}).flatMap(([name, { promoteFrom }]) =>
    promoteFrom === undefined ? [] : [[name, promoteFrom] as const],
  );
  const own = Object.values(repositoriesOf(config)).map(repositoryOf);
  return judgeLive(live, { sides, promoteFrom: Object.fromEntries(pairs), own, now });
}

/** Namespace → its Services. */
export function liveServices(live: readonly LiveEnvironment[]): ReadonlyMap<string, readonly KubeObject[]> {
  return new Map(
    live.flatMap(({ namespace, own }) => (own.has('Service') ? [[namespace, ofKind(own, 'Service')] as const] : [])),
  );
}

/** Address of a Service of the clusters → what has it. */
export function liveAddresses(live: readonly LiveEnvironment[]): ReadonlyMap<string, string> {
  return new Map(
    live.flatMap(({ own }) =>
      ofKind(own, 'Service').flatMap(({ metadata, spec, status }) => {
        const balancers = list(fields(fields(status).loadBalancer).ingress).map(({ ip }) => textOf(ip));
        const all = [textOf(fields(spec).clusterIP), ...balancers].filter((one) => /^\d/.test(one));
        return all.map((one): [string, string] => [one, `Service ${metadata.name} of namespace ${metadata.namespace}`]);
      }),
    ),
  );
}
