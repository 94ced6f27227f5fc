import { repositoriesOf } from '../config/images.ts';
import type { EnvironmentConfig } from '../config/schema.ts';
import { UserError } from '../errors.ts';
import type { PromoteInputs } from '../inputs/promote.ts';
import type { Images } from '../objects/images.ts';
import { imagesByDigest, planFor, type RolloutContext, type RolloutPlan, unknownEnvironment } from './rollout-plan.ts';

/** The plan of a promotion. Its images are those that `from` runs when the promotion begins. */
export interface PromotePlan {
  from: { environment: string; namespace: string };
  /** The rollout to the target, without the images and their commit. */
  to: Omit<RolloutPlan, 'images' | 'commit'>;
  /** The repository of each image of slipway.yml, by name. */
  repositories: Readonly<Record<string, string>>;
  /** The expected images, by digest; those that are absent: whatever `from` runs. */
  expected: Images;
  /** Milliseconds that the release must have run in `from`. */
  soakMs: number;
  /** GitHub environment that must guard the target. */
  githubEnvironment: string;
  /** Commit of this run, whose slipway.yml describes the objects. */
  configCommit: string;
}

/** @throws UserError if the target does not exist, takes no promotions, or takes them from another environment */
export function planPromotion(inputs: PromoteInputs, context: RolloutContext): PromotePlan {
  const { config } = context;
  const { name, environment, from } = targetOf(inputs, config.environments ?? {});
  const source = config.environments?.[from];
  if (!source) throw unknownEnvironment('from', from, Object.keys(config.environments ?? {}));
  const { images: _, commit, ...to } = planFor(name, environment, {}, { ...inputs, onFailure: 'rollback' }, context);
  return {
    from: { environment: from, namespace: source.namespace },
    to: { ...to, onPurpose: true },
    repositories: repositoriesOf(config),
    expected: imagesByDigest(inputs.image, config),
    soakMs: inputs.soakMs ?? 0,
    githubEnvironment: environment.githubEnvironment ?? name,
    configCommit: commit,
  };
}

interface Target {
  name: string;
  environment: EnvironmentConfig;
  from: string;
}

function targetOf(inputs: PromoteInputs, environments: Record<string, EnvironmentConfig>): Target {
  const promotable = Object.keys(environments).filter((key) => environments[key]?.promoteFrom !== undefined);
  const only = promotable.length === 1 ? promotable[0] : undefined;
  const name = inputs.to ?? (promotable.includes('production') ? 'production' : only);
  const environment = name === undefined ? undefined : environments[name];
  if (name === undefined || !environment) throw unknownEnvironment('to', inputs.to, Object.keys(environments));
  const from = environment.promoteFrom;
  if (from === undefined) {
    throw new UserError(`environment ${name} accepts no promotions`, {
      remedy: `Set environments.${name}.promoteFrom in slipway.yml to the environment that releases are proven in.`,
    });
  }
  if (inputs.from !== undefined && inputs.from !== from) {
    throw new UserError(`environment ${name} accepts promotions from ${from} only, not from ${inputs.from}`, {
      remedy: `Leave the input \`from\` out, or change environments.${name}.promoteFrom.`,
    });
  }
  return { name, environment, from };
}
