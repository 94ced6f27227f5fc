import { randomUUID } from 'node:crypto';
import { EnvironmentError } from '../../errors.ts';
import type { DeploymentRequest, DeploymentStatus, DeploymentSummary } from '../../ports.ts';
import type { Account } from './account.ts';
import { isLost } from './answer.ts';
import type { Octokit } from './client.ts';

/** GitHub refuses longer descriptions. */
const DESCRIPTION = 140;

/** GitHub's deployments of one repository. */
export class Deployments {
  private readonly octokit: Octokit;
  private readonly repo: { owner: string; repo: string };
  private readonly account: Account;

  constructor(octokit: Octokit, repo: { owner: string; repo: string }, account: Account) {
    this.octokit = octokit;
    this.repo = repo;
    this.account = account;
  }

  /**
   * Creates a deployment. `auto_merge` would merge the default branch into the one deployed, and `required_contexts` would
   * wait for checks that our own run is one of: both are off.
   * @see https://docs.github.com/rest/deployments/deployments#create-a-deployment
   */
  async create(request: DeploymentRequest): Promise<number> {
    const nonce = randomUUID();
    const send = async () => {
      const answer = await this.octokit.rest.repos.createDeployment({
        ...this.repo,
        ref: request.ref,
        environment: request.environment,
        description: cut(request.description),
        transient_environment: request.transient,
        production_environment: request.production,
        auto_merge: false,
        required_contexts: [],
        payload: { slipway: nonce },
      });
      if (answer.status === 201) return answer.data.id;
      throw new EnvironmentError(`GitHub merged a branch in place of deploying ${request.ref} (HTTP 202)`, {
        remedy:
          'Slipway asks it not to (auto_merge: false). Look at the last commits of the branch, then run it again.',
      });
    };
    try {
      return await send();
    } catch (error) {
      if (!isLost(error)) throw error;
      return (await this.findByNonce(request, nonce)) ?? send();
    }
  }

  /** The deployment of a request whose answer was lost. */
  private async findByNonce(request: DeploymentRequest, nonce: string): Promise<number | undefined> {
    const { ref, environment } = request;
    const list = await this.octokit.paginate(this.octokit.rest.repos.listDeployments, {
      ...this.repo,
      ref,
      environment,
      per_page: 100,
    });
    return list.find(({ payload }) => JSON.stringify(payload).includes(nonce))?.id;
  }

  async setStatus(id: number, status: DeploymentStatus): Promise<void> {
    await this.octokit.rest.repos.createDeploymentStatus({
      ...this.repo,
      deployment_id: id,
      state: status.state,
      description: cut(status.description),
      auto_inactive: true,
      ...(isWebAddress(status.environmentUrl) ? { environment_url: status.environmentUrl } : {}),
      ...(isWebAddress(status.logUrl) ? { log_url: status.logUrl } : {}),
    });
  }

  /** The latest one. */
  async state(id: number): Promise<string | undefined> {
    const { data } = await this.octokit.rest.repos.listDeploymentStatuses({
      ...this.repo,
      deployment_id: id,
      per_page: 1,
    });
    return data[0]?.state;
  }

  /**
   * Those that Slipway created with the account of this token, newest first. The name of an environment proves nothing: other
   * tools deploy to environments of the same name.
   */
  async list(environment: string): Promise<DeploymentSummary[]> {
    const list = await this.octokit.paginate(this.octokit.rest.repos.listDeployments, {
      ...this.repo,
      environment,
      per_page: 100,
    });
    const marked = list.filter(({ payload }) => isMarked(payload)).map((one) => ({ ...one, user: one.creator }));
    return (await this.account.own(marked)).map(({ id, sha, environment: name }) => ({ id, sha, environment: name }));
  }
}

/** GitHub answers a payload as the object that was sent, or as its JSON. */
function isMarked(payload: unknown): boolean {
  if (typeof payload === 'object') return payload !== null && 'slipway' in payload;
  return typeof payload === 'string' && /^\s*\{\s*"slipway"\s*:/.test(payload);
}

function cut(text: string): string {
  return text.length > DESCRIPTION ? `${text.slice(0, DESCRIPTION - 1)}…` : text;
}

/** GitHub shows these as links, so only web addresses are sent. */
function isWebAddress(url: string | undefined): url is string {
  return url !== undefined && /^https?:\/\//.test(url);
}
