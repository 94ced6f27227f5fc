import type { Config, TestConfig } from './schema.ts';

/** The tests of slipway.yml by name. */
export function testsOf({ tests = {} }: Pick<Config, 'tests'>): Record<string, TestConfig> {
  const { required: _, ...named } = tests;
  return named as Record<string, TestConfig>;
}

/** Names of the tests in whose absence an image is neither pushed nor deployed. */
export function requiredTests(config: Pick<Config, 'tests'>): string[] {
  const required = config.tests?.required as boolean | string[] | undefined;
  if (Array.isArray(required)) return required;
  const inImage = Object.entries(testsOf(config)).filter(([, { against }]) => against === undefined);
  return required === true ? inImage.map(([name]) => name) : [];
}
