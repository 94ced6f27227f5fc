import { STAGES, type StageName } from '../stage-result.ts';
import { Inputs } from './read.ts';
import { type SignInInputs, signInInputs } from './sign-in.ts';
import { checkedVariant } from './variant.ts';

/**
 * Inputs of the root action.
 * @throws UserError for a wrong `timeout`, too: the stages that wait read it long after the build
 */
export function pipelineInputs(inputs: Inputs): PipelineInputs {
  inputs.duration('timeout');
  return {
    stage: inputs.choice('stage', ['auto', ...STAGES]) ?? 'auto',
    variant: checkedVariant(inputs.text('variant')),
    preflight: inputs.flag('preflight'),
    signIn: signInInputs(inputs),
  };
}

const COMMON = ['config', 'working-directory', 'github-token'];
const CLUSTER = ['kubeconfig', 'context', 'cluster', 'namespace', 'timeout'];
const WITH_CLUSTER: readonly StageName[] = ['review-environment', 'rolling-update', 'promote'];

/**
 * The inputs of one stage of the pipeline: the inputs that the root action shares with the stage, and the decisions of the
 * pipeline. They pass through the same variables as in a workflow, so a stage cannot tell the pipeline from a single action.
 * Names are listed because `context` means the cluster in the root action and the build in build-image.
 */
export function stageInputs(root: Inputs, stage: StageName, decided: Record<string, string>): Inputs {
  const names = WITH_CLUSTER.includes(stage) ? [...COMMON, ...CLUSTER] : COMMON;
  const passed = Object.fromEntries(names.map((name) => [name, root.text(name)]));
  const variable = (name: string) => `INPUT_${name.toUpperCase().replaceAll('-', '_')}`;
  return new Inputs(
    Object.fromEntries(
      Object.entries({ ...passed, ...ownInputs(root)[stage], ...decided }).map(([name, value]) => [
        variable(name),
        value,
      ]),
    ),
  );
}

/** Inputs of the root action that mean something to one stage alone. */
function ownInputs(root: Inputs): Partial<Record<StageName, Record<string, string | undefined>>> {
  return { 'build-image': { ssh: root.text('ssh') }, 'run-tests': { history: root.text('history') } };
}

export interface PipelineInputs {
  stage: 'auto' | StageName;
  /** Variant of the review environment. */
  variant?: string | undefined;
  /** false: without the stage preflight. */
  preflight?: boolean | undefined;
  signIn: SignInInputs;
}
