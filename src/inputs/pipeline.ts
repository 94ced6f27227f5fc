import { STAGES, type StageName } from '../stage-result.ts';
import { Inputs } from './read.ts';
import { checkedVariant } from './variant.ts';

/** Inputs of the root action. */
export function pipelineInputs(inputs: Inputs): PipelineInputs {
  return {
    stage: inputs.choice('stage', ['auto', ...STAGES]) ?? 'auto',
    variant: checkedVariant(inputs.text('variant')),
  };
}

const COMMON = ['config', 'working-directory', 'github-token'];
const CLUSTER = ['kubeconfig', 'context', 'cluster', 'namespace'];
const WITH_CLUSTER: readonly StageName[] = ['review-environment', 'rolling-update', 'promote'];

/**
 * The inputs of one stage of the pipeline: those of the root action that the stage has too, and what the pipeline decided.
 * `context` is the cluster's in the root action and the build's in build-image, so nothing is passed on by its name alone.
 */
export function stageInputs(root: Inputs, stage: StageName, decided: Record<string, string>): Inputs {
  const names = WITH_CLUSTER.includes(stage) ? [...COMMON, ...CLUSTER] : COMMON;
  const passed = Object.fromEntries(names.map((name) => [name, root.text(name)]));
  const variable = (name: string) => `INPUT_${name.toUpperCase().replaceAll('-', '_')}`;
  return new Inputs(
    Object.fromEntries(Object.entries({ ...passed, ...decided }).map(([name, value]) => [variable(name), value])),
  );
}

export interface PipelineInputs {
  stage: 'auto' | StageName;
  /** Which one of several review environments of the pull request. */
  variant?: string | undefined;
}
