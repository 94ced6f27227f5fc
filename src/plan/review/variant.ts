import type { Config } from '../../config/schema.ts';
import { UserError } from '../../errors.ts';

/**
 * slipway.yml for a variant: `review.variants.<name>` replaces keys of `review`; variables are merged.
 * @throws UserError for a name that is not declared, if any are
 */
export function configOfVariant(config: Config, variant: string | undefined): Config {
  const { variants, ...review } = config.review ?? {};
  if (variant === undefined || variants === undefined) return config;
  const own = Object.hasOwn(variants, variant) ? variants[variant] : undefined;
  if (own === undefined) {
    throw new UserError(`variant "${variant}" is not among review.variants of slipway.yml`, {
      remedy: `Name one of ${Object.keys(variants).join(', ')}, or add it there.`,
    });
  }
  const env = { ...review.env, ...own.env };
  return { ...config, review: { ...review, ...own, env } };
}

/** `pull request #7`, or `pull request #7 (mysql)` */
export function pullRequestWords({ number, variant }: { number: number; variant?: string | undefined }): string {
  return `pull request #${number}${variant === undefined ? '' : ` (${variant})`}`;
}

/** The configuration without the seed, which only a run that fills a database reads. It has `review` also where the file has none. */
export function withoutSeed(config: Config): Config {
  const { database, ...review } = config.review ?? {};
  const unseeded = database === undefined ? {} : { database: { ...database, seed: undefined } };
  return { ...config, review: { ...review, ...unseeded } };
}
