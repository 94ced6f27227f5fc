import type { Config } from '../config/schema.ts';
import { testsOf } from '../config/tests.ts';
import type { ManualEvent, PipelineEvent, PullRequestEvent, PushEvent } from '../event/pipeline-event.ts';
import type { PipelineInputs } from '../inputs/pipeline.ts';
import { STAGES, type StageName } from '../stage-result.ts';
import { forkRefusal } from './fork-rules.ts';

/** One stage that runs, and the inputs that the pipeline sets for it, by the names of its action.yml. */
export interface StageRun {
  stage: StageName;
  inputs: Record<string, string>;
}

/** The plan of the pipeline for an event. Every stage is in one of the two lists. */
export interface PipelinePlan {
  /** One sentence: what the event asks for. */
  because: string;
  run: StageRun[];
  skip: { stage: StageName; reason: string }[];
}

/** Why a stage does not run, or the inputs of each of its runs. */
type Decision = string | Record<string, string>[];
type Decisions = Record<StageName, Decision>;
/** What a person chose; the sign-in decides nothing. */
type Choices = Omit<PipelineInputs, 'signIn'>;
type Intent = { because: string; decisions: Decisions };

const ONCE = [{}];

/** The stages that run for this event, and the reasons why the others do not. */
export function planPipeline(inputs: Choices, config: Config, event: PipelineEvent): PipelinePlan {
  const asked = inputs.stage === 'auto' ? askedByHand(event) : inputs.stage;
  const { because, decisions } = asked ? only(asked, event, config, inputs) : decide(config, event, inputs);
  const plan: PipelinePlan = { because, run: [], skip: [] };
  for (const stage of STAGES) {
    const decision = decisions[stage];
    const refused = forkRefusal(stage, event);
    if (typeof decision === 'string') plan.skip.push({ stage, reason: decision });
    else if (refused) plan.skip.push({ stage, reason: refused.reason });
    else plan.run.push(...decision.map((given) => ({ stage, inputs: { ...given, ...variantFor(stage, inputs) } })));
  }
  return plan;
}

function variantFor(stage: StageName, { variant }: Choices): Record<string, string> {
  return stage === 'review-environment' && variant !== undefined ? { variant } : {};
}

/** The plan as lines for the log. */
export function planLines(plan: PipelinePlan): string[] {
  const given = ({ inputs }: StageRun) =>
    Object.entries(inputs)
      .map(([name, value]) => ` ${name}=${value}`)
      .join('');
  return [
    plan.because,
    ...plan.run.map((run) => `  run   ${run.stage}${given(run)}`),
    ...plan.skip.map(({ stage, reason }) => `  skip  ${stage}: ${reason}`),
  ];
}

function decide(config: Config, event: PipelineEvent, inputs: Choices): Intent {
  switch (event.kind) {
    case 'push':
      return push(config, event, inputs);
    case 'pull-request':
      return pullRequest(config, event, inputs);
    case 'manual':
      return branch(config, event, `started by hand on ${event.branch ?? event.tag}`, inputs);
    case 'comment':
      return nothing('a comment is answered by review-environment with `operation: command`');
    case 'workflow-run':
      return nothing('the commit of a fork is deployed by push-to-registry and review-environment themselves');
    case 'schedule':
      return nothing('a schedule has nothing to do by itself; name a `stage` for it');
  }
}

function push(config: Config, event: PushEvent, inputs: Choices): Intent {
  if (event.deleted) return nothing(`${event.branch ?? event.tag} was deleted`);
  return branch(config, event, event.tag ? `tag ${event.tag} was pushed` : `push to ${event.branch}`, inputs);
}

function branch(config: Config, event: PushEvent | ManualEvent, because: string, inputs: Choices): Intent {
  return {
    because,
    decisions: {
      ...built(config, inputs),
      'review-environment': 'a review environment belongs to a pull request',
      'rolling-update': rollingUpdate(config, event),
      promote: 'a promotion is started by hand (workflow_dispatch with `to`, or `stage: promote`)',
    },
  };
}

const UP_ACTIONS = ['opened', 'reopened', 'synchronize'];

function pullRequest(config: Config, event: PullRequestEvent, inputs: Choices): Intent {
  const because = `pull request #${event.number} ${event.action}`;
  const review = (operation: string): Decision =>
    config.review ? [{ operation, number: String(event.number) }] : 'slipway.yml has no `review`';
  if (event.action === 'closed') {
    const intent = nothing(`${because}: only its review environment is removed`);
    return { because, decisions: { ...intent.decisions, 'review-environment': review('down') } };
  }
  if (!UP_ACTIONS.includes(event.action)) return nothing(`${because}: it changes nothing that runs`);
  return {
    because,
    decisions: {
      ...built(config, inputs),
      'review-environment': review('up'),
      'rolling-update': 'a pull request is not deployed before it is merged',
      promote: 'a pull request is not promoted',
    },
  };
}

type Built = 'build-image' | 'run-tests' | 'preflight' | 'push-to-registry';

function built(config: Config, { preflight }: Choices): Pick<Decisions, Built> {
  const inImage = Object.values(testsOf(config)).some((test) => test.against === undefined);
  return {
    'build-image': ONCE,
    'run-tests': inImage ? ONCE : 'slipway.yml names no `tests` that run in the image',
    preflight: preflight === false ? 'the input `preflight` is false' : ONCE,
    'push-to-registry': ONCE,
  };
}

/** The default branch is deployed to every environment without `promoteFrom`. */
function rollingUpdate(config: Config, event: PushEvent | ManualEvent): Decision {
  const { defaultBranch } = event.repository;
  if (event.branch !== defaultBranch) return `only ${defaultBranch}, the default branch, is deployed on a push`;
  const targets = Object.entries(config.environments ?? {}).filter(([, target]) => target.promoteFrom === undefined);
  if (targets.length === 0) return 'slipway.yml names no environment without `promoteFrom`';
  return targets.map(([environment]) => ({ environment }));
}

/** The request of a run by hand: `stage`, or a promotion by its `to`. */
function askedByHand(event: PipelineEvent): StageName | undefined {
  if (event.kind !== 'manual') return undefined;
  const { stage, to } = event.inputs;
  return STAGES.find((name) => name === stage) ?? (to ? 'promote' : undefined);
}

const BY_HAND = {
  'build-image': ['force'],
  'run-tests': ['only'],
  preflight: ['image'],
  'push-to-registry': ['image', 'tags'],
  'review-environment': ['operation', 'image', 'number', 'variant', 'ttl', 'timeout'],
  'rolling-update': ['environment', 'image', 'timeout', 'on-failure', 'allow-downgrade', 'dry-run'],
  promote: ['from', 'to', 'image', 'soak', 'timeout', 'allow-downgrade', 'dry-run'],
} as const satisfies Record<StageName, readonly string[]>;

/** One stage alone, with the inputs of a workflow started by hand that have the names of its own. */
function only(stage: StageName, event: PipelineEvent, config: Config, inputs: Choices): Intent {
  const given = event.kind === 'manual' ? event.inputs : {};
  const own = Object.fromEntries(
    BY_HAND[stage].map((name) => [name, given[name] ?? '']).filter(([, value]) => value !== ''),
  );
  const automatic = decide(config, event, inputs).decisions[stage];
  const runs = typeof automatic === 'string' ? ONCE : automatic;
  const intent = nothing(`only ${stage} was requested`);
  return {
    because: `only ${stage} was requested`,
    decisions: { ...intent.decisions, [stage]: runs.map((one) => ({ ...one, ...own })) },
  };
}

function nothing(reason: string): Intent {
  const decisions = Object.fromEntries(STAGES.map((stage) => [stage, reason])) as Decisions;
  return { because: reason, decisions };
}
