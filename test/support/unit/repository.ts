import { parseConfig } from '../../../src/config/load.ts';
import type { Config } from '../../../src/config/schema.ts';
import type { InitAnswers } from '../../../src/plan/init/findings.ts';
import { planInit } from '../../../src/plan/init/plan-init.ts';
import type { Repository } from '../../../src/plan/init/repository.ts';

export const NO_ANSWERS: InitAnswers = {
  app: undefined,
  variant: undefined,
  registry: undefined,
  cluster: undefined,
  domain: undefined,
};

/** A repository of acme/parking with these files. */
export function repositoryOf(files: Record<string, string>, other: Partial<Repository> = {}): Repository {
  return {
    folder: 'parking',
    paths: Object.keys(files).sort(),
    text: (path) => (Object.hasOwn(files, path) ? files[path] : undefined),
    origin: 'https://github.com/acme/parking.git',
    branch: 'main',
    ...other,
  };
}

/** The slipway.yml that init writes for these files. */
export function initText(files: Record<string, string>, answers: Partial<InitAnswers> = {}): string {
  return planInit(repositoryOf(files), { ...NO_ANSWERS, ...answers }, () => new Map()).config.text;
}

/** As Slipway reads it. */
export function initConfig(files: Record<string, string>, answers: Partial<InitAnswers> = {}): Config {
  return parseConfig(initText(files, answers), 'slipway.yml');
}
