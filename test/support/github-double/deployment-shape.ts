import type { Examples, Json } from './examples.ts';
import type { Account, Deployment, Environment, RunReview, Status } from './world/types.ts';
import type { World } from './world/world.ts';

/** GitHub's answers about deployments, and about the environments that they go to. */
export class DeploymentShape {
  private readonly examples: Examples;
  private readonly world: World;
  private readonly api: string;
  private readonly user: (account: Account) => Json;

  /** @param user what an answer says of an account */
  constructor(examples: Examples, world: World, api: string, user: (account: Account) => Json) {
    this.examples = examples;
    this.world = world;
    this.api = api;
    this.user = user;
  }

  one(deployment: Deployment): Json {
    const url = `${this.api}/repos/${this.world.fullName}/deployments/${deployment.id}`;
    return {
      ...this.examples.one('deployment'),
      id: deployment.id,
      url,
      statuses_url: `${url}/statuses`,
      sha: deployment.sha,
      ref: deployment.ref,
      task: deployment.task,
      payload: deployment.payload,
      original_environment: deployment.environment,
      environment: deployment.environment,
      description: deployment.description,
      creator: this.user(deployment.creator),
      transient_environment: deployment.transient,
      production_environment: deployment.production,
      created_at: deployment.createdAt,
      updated_at: deployment.updatedAt,
    };
  }

  status(deployment: Deployment, status: Status): Json {
    const url = `${this.api}/repos/${this.world.fullName}/deployments/${deployment.id}`;
    return {
      ...this.examples.one('deployment-status'),
      id: status.id,
      url: `${url}/statuses/${status.id}`,
      deployment_url: url,
      state: status.state,
      description: status.description,
      environment: deployment.environment,
      environment_url: status.environmentUrl,
      log_url: status.logUrl,
      target_url: status.logUrl,
      creator: this.user(status.creator),
      created_at: status.createdAt,
      updated_at: status.createdAt,
    };
  }

  environment(environment: Environment): Json {
    const example = this.examples.one('environment', [['staging', environment.name]]);
    const wanted = [environment.requiredReviewers && 'required_reviewers', environment.branchPolicy && 'branch_policy'];
    return {
      ...example,
      id: environment.id,
      name: environment.name,
      created_at: environment.createdAt,
      updated_at: environment.createdAt,
      protection_rules: (example.protection_rules as Json[]).filter((rule) => wanted.includes(rule.type as string)),
      deployment_branch_policy: environment.branchPolicy ? example.deployment_branch_policy : null,
    };
  }

  runReview({ environment, state, account }: RunReview): Json {
    const [example] = this.examples.list('environment-approvals-items');
    const [shown] = (example?.environments ?? []) as Json[];
    return {
      ...example,
      state,
      comment: '',
      environments: [{ ...shown, id: this.world.environment(environment).id, name: environment }],
      user: this.user(account),
    };
  }
}
