import type { Inputs } from './read.ts';

/** Inputs of push-to-registry; they win over slipway.yml. */
export interface PushInputs {
  /** Default: the image that build-image made for this commit. */
  image: string | undefined;
  repository: string | undefined;
  /** Tags in place of those of the event. */
  tags: string[];
}

export function pushInputs(inputs: Inputs): PushInputs {
  return { image: inputs.text('image'), repository: inputs.text('repository'), tags: inputs.list('tags') };
}
