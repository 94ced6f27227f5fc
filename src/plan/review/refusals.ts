import { textsOf } from '../../config/own-objects-rules.ts';
import { placeholdersIn } from '../../config/placeholders.ts';
import type { Config } from '../../config/schema.ts';
import { UserError } from '../../errors.ts';
import type { PlannedApp } from '../../objects/app/app-spec-of.ts';
import { hasHost } from '../../objects/ingress/kinds.ts';
import { DATABASE } from './database/database.ts';

/**
 * Refuses what a review environment cannot do.
 * @throws UserError before anything is written
 */
export function refuseUnsupported(config: Config): void {
  if (config.app === DATABASE && config.review?.database) {
    throw new UserError(`app: "${DATABASE}" is the host name of the database in review environments`, {
      remedy: 'Give the app another name, or leave out review.database.',
    });
  }
}

/**
 * Refuses `reset-database` without a database.
 * @throws UserError
 */
export function refuseNoDatabase(config: Config): void {
  if (config.review?.database) return;
  throw new UserError('`operation: reset-database`: slipway.yml has no `review.database`', {
    remedy: 'Run `operation: up`, or give the environment a database in slipway.yml.',
  });
}

/**
 * Refuses {host} and {url} for an environment without a host: a load balancer has its address only after the app was deployed.
 * @throws UserError
 */
export function refuseUnknownAddress({ review }: Config, { processes, crons, ingress }: PlannedApp): void {
  if (ingress !== undefined && hasHost(ingress)) return;
  const variables = [...processes, ...crons].flatMap(({ env }) => Object.entries(env));
  const values = [
    ...variables.map(([name, value]) => ({ key: `variable ${name}`, texts: [value] })),
    ...Object.entries(review?.helm?.set ?? {}).map(([name, value]) => ({
      key: `review.helm.set.${name}`,
      texts: textsOf(value),
    })),
  ];
  for (const { key, texts } of values) {
    const unknown = texts.flatMap(placeholdersIn).find((one) => one === 'host' || one === 'url');
    if (unknown === undefined) continue;
    throw new UserError(`${key}: {${unknown}} is not known before the environment has an address`, {
      remedy:
        'Give the environment a host name (`review.host` with another `ingress.kind`), or leave the placeholder out.',
    });
  }
}

/** RFC 1123. @see https://kubernetes.io/docs/concepts/overview/working-with-objects/names/#dns-label-names */
const LABEL = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/;

/**
 * Checks the input `namespace`.
 * @throws UserError for a name that a namespace cannot have
 */
export function checkedNamespace(name: string): string {
  if (LABEL.test(name)) return name;
  throw new UserError(`input \`namespace\`: "${name}" is not a name of a namespace`, {
    remedy: 'Leave it out, or write at most 63 lower-case letters, digits and inner "-".',
  });
}
