import type { PatchConfig } from '../config/schema.ts';
import { writtenAt } from '../config/written-at.ts';
import type { Fields } from '../objects/fields.ts';
import type { Operation } from '../objects/patch/json-patch.ts';
import type { Patch } from '../objects/patch/patches.ts';

/** The patches of `deploy`, then those of one environment. */
export interface PatchLists {
  deploy: readonly PatchConfig[] | undefined;
  own: readonly PatchConfig[] | undefined;
  /** Key of the environment: `environments.staging`, `review`. */
  where: string;
  /** Whether each of `deploy` must hit an object here: a review environment has fewer objects. */
  all: boolean;
}

export function planPatches({ deploy = [], own = [], where, all }: PatchLists): Patch[] {
  return [
    ...deploy.map((patch, index) => planned(patch, `deploy.patches[${index}]`, all)),
    ...own.map((patch, index) => planned(patch, `${where}.patches[${index}]`, true)),
  ];
}

function planned(config: PatchConfig, where: string, required: boolean): Patch {
  const { target, patch } = config;
  return { where, location: writtenAt(config), target, patch: patch as Fields | Operation[], required };
}
