import type { BuildPlan } from '../../plan/build-plan.ts';
import type { BuiltImage, ContextScan } from '../../ports.ts';
import type { PushedImage } from './reuse-pushed.ts';
import type { BuildKey } from './sources.ts';

/** An image of the engine: built, or in it already. */
export interface Made {
  image: BuiltImage;
  reused: boolean;
}

/** One image of the run. */
export interface Built {
  plan: BuildPlan;
  key: BuildKey;
  /** Source keys of the stages for tests, by their names. */
  stages: Record<string, string>;
  scan: ContextScan;
  /** undefined for an image of the registry. */
  made: Made | undefined;
  pushed: PushedImage | undefined;
}
