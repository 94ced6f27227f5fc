import { UserError } from '../errors.ts';
import { clusterInputs } from './common.ts';
import type { Inputs } from './read.ts';

/** Inputs of clean-registry. */
export interface CleanInputs {
  /** Nothing is deleted unless the input says `false`. */
  dryRun: boolean;
  limit: number | undefined;
  namespace: string | undefined;
}

export function cleanInputs(inputs: Inputs): CleanInputs {
  const { namespace } = clusterInputs(inputs);
  return { dryRun: inputs.flag('dry-run') ?? true, limit: limitOf(inputs.text('limit')), namespace };
}

function limitOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (/^[1-9]\d{0,3}$/.test(text)) return Number(text);
  throw new UserError(`input \`limit\`: "${text}" is not a number of images`, {
    remedy: 'Write how many images one run may delete: a whole number from 1 to 9999.',
  });
}
