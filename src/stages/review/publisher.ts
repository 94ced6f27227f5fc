import { Cancelled, messageOf, PermissionMissing, SlipwayError } from '../../errors.ts';
import { gitHubEnvironment } from '../../plan/review-plan.ts';
import type { GitHub } from '../../ports.ts';
import { ANY_REVIEW_MARKER, markedApp, reviewComment, reviewMarker, withAnswer } from '../../report/review-comment.ts';
import { reviewDeploymentStatus } from '../../report/review-report.ts';
import type { Answer, ReviewState } from '../../report/review-state.ts';
import { reviewHeadline } from '../../report/review-words.ts';
import type { Annotation } from '../stage-result.ts';
import type { ReviewPorts } from './ports.ts';

/**
 * Tells the pull request: one comment and one deployment, both from the same state. GitHub's refusal is a warning: a good
 * deploy does not become a bad one because nobody could be told of it.
 */
export class Publisher {
  readonly warnings: Annotation[] = [];
  private readonly github: GitHub | undefined;
  private readonly log: ReviewPorts['log'];
  private deployment: Promise<number | undefined> = Promise.resolve(undefined);

  constructor({ github, log }: Pick<ReviewPorts, 'github' | 'log'>) {
    this.github = github;
    this.log = log;
    if (github === undefined) log.info('no github-token: nothing is told on the pull request');
  }

  /** The environment is being brought up. */
  async announce(state: ReviewState): Promise<void> {
    this.deployment = this.attempt('the deployment', (github) => this.open(github, state));
    await this.deployment;
    await this.tell(state);
  }

  /** What came of it. */
  async tell(state: ReviewState): Promise<void> {
    const id = await this.deployment;
    if (id !== undefined) {
      await this.attempt('the deployment', (github) => github.setDeploymentStatus(id, reviewDeploymentStatus(state)));
    }
    await this.attempt('the comment', (github) =>
      github.upsertComment(state.number, reviewMarker(state.app), reviewComment(state)),
    );
  }

  /** The state of an environment that is there, in its comment and in the deployment of its commit. */
  async update(state: ReviewState): Promise<void> {
    await this.attempt('the deployment', async (github) => {
      const list = await github.listDeployments(gitHubEnvironment(state.number));
      const id = list.find(({ sha }) => sha === state.commit)?.id;
      const wanted = reviewDeploymentStatus(state);
      if (id === undefined || (await github.deploymentState(id)) === wanted.state) return;
      await github.setDeploymentStatus(id, wanted);
    });
    await this.attempt('the comment', (github) =>
      github.upsertComment(state.number, reviewMarker(state.app), reviewComment(state)),
    );
  }

  /** Answers a command in the one comment, without a word about the environment. */
  async answer(number: number, app: string | undefined, answer: Answer): Promise<void> {
    await this.attempt('the answer', async (github) => {
      const there = await github.findComment(number, ANY_REVIEW_MARKER);
      const marker = reviewMarker(markedApp(there ?? '') ?? app ?? '');
      if (there === undefined && app === undefined) return;
      await github.upsertComment(number, marker, withAnswer(there ?? `${marker}\n`, answer));
    });
  }

  /** A newer commit has taken this one's place: its deployment is no longer under way. */
  async giveWay(state: ReviewState): Promise<void> {
    const id = await this.deployment;
    if (id === undefined) return;
    const description = 'a newer commit has taken its place';
    await this.attempt('the deployment', (github) =>
      github.setDeploymentStatus(id, { state: 'inactive', description }),
    );
    this.log.debug(`deployment ${id} of ${state.commit} gave way`);
  }

  /** The environment is gone: a comment that is there says so. None is written where there never was one. */
  async closeComment(state: ReviewState): Promise<void> {
    await this.attempt('the comment', async (github) => {
      const marker = reviewMarker(state.app);
      const there = await github.findComment(state.number, marker);
      if (there !== undefined) await github.upsertComment(state.number, marker, reviewComment(state));
    });
  }

  /** All deployments to the environment are inactive from now on. */
  async closeDeployments(state: ReviewState): Promise<void> {
    await this.attempt('the deployments', async (github) => {
      for (const { id } of await github.listDeployments(gitHubEnvironment(state.number))) {
        // GitHub has set most of them inactive by itself, when a newer one succeeded.
        if ((await github.deploymentState(id)) === 'inactive') continue;
        await github.setDeploymentStatus(id, reviewDeploymentStatus(state));
      }
    });
  }

  /** A run that is repeated goes on with the deployment of its commit. */
  private async open(github: GitHub, state: ReviewState): Promise<number> {
    const environment = gitHubEnvironment(state.number);
    const same = (await github.listDeployments(environment)).find(({ sha }) => sha === state.commit);
    if (same) return same.id;
    return github.createDeployment({
      ref: state.commit,
      environment,
      description: reviewHeadline(state),
      // GitHub sets earlier deployments inactive by itself only for environments that are not called transient.
      transient: false,
      production: false,
    });
  }

  private async attempt<T>(what: string, work: (github: GitHub) => Promise<T>): Promise<T | undefined> {
    if (this.github === undefined) return undefined;
    try {
      return await work(this.github);
    } catch (error) {
      if (error instanceof Cancelled) throw error;
      this.warn(what, error);
      return undefined;
    }
  }

  /** Each reason once: a missing permission is missing for every request. */
  private warn(what: string, error: unknown): void {
    const remedy = error instanceof SlipwayError && error.remedy ? ` ${error.remedy}` : '';
    const message = `${what} on the pull request could not be written: ${messageOf(error)}.${remedy}`;
    if (this.warnings.some((known) => known.message === message)) return;
    this.warnings.push({
      level: 'warning',
      title: error instanceof PermissionMissing ? 'Permission missing' : 'Pull request not told',
      message,
    });
    // The annotation follows with the result.
    this.log.info(message);
  }
}
