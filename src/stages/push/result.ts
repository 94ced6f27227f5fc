import { imageText } from '../../objects/images.ts';
import type { PushPlan } from '../../plan/push-plan.ts';
import type { LocalImage, RegistryImage } from '../../ports.ts';
import type { Annotation, StageResult, SummaryBlock } from '../../stage-result.ts';
import type { Steps } from '../steps.ts';

/** One pushed image. */
export interface PushOutcome {
  plan: PushPlan;
  image: LocalImage;
  pushed: RegistryImage;
  /** Tags that did not name this image before. */
  moved: readonly string[];
  /** What its bill of materials lists; undefined: none was attached. */
  sbom: string | undefined;
  /** The processes whose API it describes; undefined: none was recorded. */
  api: string | undefined;
  warnings: readonly Annotation[];
  /** The layers of the image, compared with those of the last one of the branch. */
  layers: readonly SummaryBlock[];
}

/** The result of push-to-registry. Outputs have one value with one image, and a line `name=value` for each of several. */
export function pushResult(outcomes: readonly PushOutcome[], steps: Steps): StageResult {
  const output = (value: (one: PushOutcome) => string) =>
    imageText(Object.fromEntries(outcomes.map((one) => [one.plan.name, value(one)])));
  const tags = new Set(outcomes.flatMap(({ plan }) => plan.tags.map((tag) => tag.name)));
  return {
    stage: 'push-to-registry',
    outcome: outcomes.some(({ moved }) => moved.length > 0) ? 'succeeded' : 'unchanged',
    headline: outcomes.map(headlineOf).join('; '),
    outputs: {
      reference: output(referenceOf),
      digest: output(({ pushed }) => pushed.digest),
      tags: [...tags].join('\n'),
    },
    steps: steps.list,
    ms: steps.elapsed(),
    blocks: outcomes.flatMap((one) => [factsOf(one), ...one.layers]),
    annotations: outcomes.flatMap(({ warnings }) => warnings),
  };
}

function referenceOf({ plan, pushed }: PushOutcome): string {
  return `${plan.repository}@${pushed.digest}`;
}

function headlineOf(outcome: PushOutcome): string {
  const reference = referenceOf(outcome);
  if (outcome.moved.length === 0) return `${reference} was in the registry already`;
  return `${reference} is pushed as ${outcome.plan.tags.map((tag) => tag.name).join(', ')}`;
}

function factsOf(outcome: PushOutcome): SummaryBlock {
  const { plan, image, pushed, sbom, api } = outcome;
  return {
    kind: 'facts',
    rows: [
      ['reference', referenceOf(outcome)],
      ['tags', plan.tags.map((tag) => tag.name).join(', ')],
      ['image id', `${image.id}, the same in the registry`],
      ['type', pushed.mediaType],
      ...(sbom === undefined ? [] : [['bill of materials', sbom] as [string, string]]),
      ...(api === undefined ? [] : [['API recorded', api] as [string, string]]),
    ],
  };
}
