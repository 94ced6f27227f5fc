import type { PushPlan } from '../../plan/push-plan.ts';
import type { LocalImage, RegistryImage } from '../../ports.ts';
import type { StageResult } from '../../stage-result.ts';
import type { Steps } from '../steps.ts';

export interface PushOutcome {
  plan: PushPlan;
  image: LocalImage;
  pushed: RegistryImage;
  /** Tags that did not name this image before. */
  moved: readonly string[];
  warning: string | undefined;
  steps: Steps;
}

/** The result of push-to-registry. */
export function pushResult({ plan, image, pushed, moved, warning, steps }: PushOutcome): StageResult {
  const reference = `${plan.repository}@${pushed.digest}`;
  const tags = plan.tags.map((tag) => tag.name);
  return {
    stage: 'push-to-registry',
    outcome: moved.length > 0 ? 'succeeded' : 'unchanged',
    headline:
      moved.length > 0 ? `${reference} is pushed as ${tags.join(', ')}` : `${reference} was in the registry already`,
    outputs: { reference, digest: pushed.digest, tags: tags.join('\n') },
    steps: steps.list,
    ms: steps.elapsed(),
    blocks: [
      {
        kind: 'facts',
        rows: [
          ['reference', reference],
          ['tags', tags.join(', ')],
          ['image id', `${image.id}, the same in the registry`],
          ['type', pushed.mediaType],
        ],
      },
    ],
    annotations: warning === undefined ? [] : [{ level: 'warning', title: 'not tested', message: warning }],
  };
}
