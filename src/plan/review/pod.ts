import { isDeepStrictEqual } from 'node:util';
import type { Config } from '../../config/schema.ts';
import { type WantedCron, type WantedProcess, workloadsOf } from '../../config/workloads.ts';

type Part = WantedProcess | WantedCron;

/** Size of the empty volume in place of a claim. */
const CLAIM_SIZE = '1Gi';

/**
 * A process or cron without what belongs to another namespace: the ServiceAccount, and volumes from Secrets and ConfigMaps. In place
 * of a claim, it has an empty volume at the same path. Code of an open pull request has no identity and no data of staging.
 */
export function reviewPod<T extends Part>(part: T): T {
  const { serviceAccount: _, volumes, ...rest } = part;
  if (volumes === undefined) return rest as T;
  const kept = Object.entries(volumes).flatMap(([name, volume]) => {
    if (volume.claim !== undefined) return [[name, { path: volume.path, emptyDir: CLAIM_SIZE }]];
    return volume.emptyDir === undefined ? [] : [[name, volume]];
  });
  return { ...rest, volumes: Object.fromEntries(kept) } as T;
}

/** What `reviewPod` leaves out or replaces, for the log. */
export function leftOutOfPods(parts: readonly Part[]): string[] {
  const accounts = parts.flatMap(({ serviceAccount: given }) =>
    typeof given === 'object' ? given.name : (given ?? []),
  );
  const volumes = parts.flatMap((part) => Object.entries(part.volumes ?? {}));
  const names = (of: 'claim' | 'secret' | 'configMap') =>
    unique(volumes.filter(([, volume]) => volume[of] !== undefined).map(([name]) => name));
  const files = [...names('secret'), ...names('configMap')];
  const scaled = parts.some((part) => 'autoscale' in part && part.autoscale);
  return [
    ...(accounts.length === 0
      ? []
      : [
          `ServiceAccounts (${unique(accounts).join(', ')}) are left out: a pod of a review environment has no identity`,
        ]),
    ...(files.length === 0
      ? []
      : [`volumes from Secrets and ConfigMaps (${files.join(', ')}) are left out: they belong to another namespace`]),
    ...(names('claim').length === 0
      ? []
      : [`volumes of claims (${names('claim').join(', ')}) are empty volumes of ${CLAIM_SIZE} here`]),
    ...(scaled ? ['autoscale is left out: review.replicas is the number of pods'] : []),
  ];
}

function unique(names: readonly string[]): string[] {
  return [...new Set(names)];
}

/** Keys that decide on which nodes the pods run, before whom, and what admission controllers and clouds give them. */
const GUARDED = ['nodeSelector', 'tolerations', 'priorityClass', 'podAnnotations', 'podLabels'] as const;

/**
 * Values of these keys that no process or cron of the default branch has.
 * @param allowed slipway.yml of the default branch; undefined: it has none
 */
export function podExcess(
  own: Config,
  allowed: Config | undefined,
): { key: string; asked: unknown; allowed: unknown }[] {
  const partsOf = (config: Config): Part[] => {
    const { processes, crons } = workloadsOf(config);
    return [...Object.values(processes), ...Object.values(crons)];
  };
  const known = allowed === undefined ? [] : partsOf(allowed);
  return GUARDED.flatMap((key) => {
    const of = (parts: readonly Part[]) => parts.map((part) => part[key]).filter((value) => value !== undefined);
    const more = of(partsOf(own)).find((value) => !of(known).some((one) => isDeepStrictEqual(one, value)));
    return more === undefined ? [] : [{ key: `deploy.${key}`, asked: more, allowed: of(known)[0] }];
  });
}
