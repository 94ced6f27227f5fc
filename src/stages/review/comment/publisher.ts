import { Cancelled, messageOf, PermissionMissing, SlipwayError } from '../../../errors.ts';
import { gitHubEnvironment } from '../../../plan/review-plan.ts';
import type { GitHub } from '../../../ports.ts';
import { ANY_REVIEW_MARKER, markedApp, reviewMarker } from '../../../report/review-comment.ts';
import { reviewDeploymentStatus } from '../../../report/review-report.ts';
import {
  isThereIn,
  tells,
  variantsIn,
  withAnswerOf,
  withSectionOf,
  withStates,
} from '../../../report/review-sections.ts';
import type { Answer, ReviewState } from '../../../report/review-state.ts';
import { reviewHeadline } from '../../../report/review-words.ts';
import type { Annotation } from '../../../stage-result.ts';
import type { ReviewPorts } from '../ports.ts';

/** Of several runs that tell at once, each needs one more try at most for every other one. */
const ATTEMPTS = 5;

/**
 * Tells the pull request: one comment and one deployment, both from the same state. GitHub's refusal is a warning: a good
 * deploy does not become a bad one because nobody could be told of it.
 */
export class Publisher {
  readonly warnings: Annotation[] = [];
  private readonly github: GitHub | undefined;
  private readonly log: ReviewPorts['log'];
  private readonly clock: ReviewPorts['clock'] | undefined;
  private readonly noted: () => Promise<ReviewState[]>;
  /** The comment as it was before this run wrote it; undefined: it has not, or there was none. */
  private earlier: { body: string | undefined } | undefined;
  private deployment: Promise<number | undefined> = Promise.resolve(undefined);

  /** @param noted what the environments of the pull request say of themselves, where it has several */
  constructor(
    { github, log, clock }: Pick<ReviewPorts, 'github' | 'log'> & Partial<Pick<ReviewPorts, 'clock'>>,
    noted: () => Promise<ReviewState[]> = async () => [],
  ) {
    this.github = github;
    this.log = log;
    this.clock = clock;
    this.noted = noted;
    if (github === undefined) log.info('no github-token: nothing is told on the pull request');
  }

  /** The environment is being brought up. */
  async announce(state: ReviewState): Promise<void> {
    this.deployment = this.attempt('the deployment', (github) => this.open(github, state));
    await this.deployment;
    await this.publish(state);
  }

  /**
   * The run ended before it changed anything: where the comment said before that the environment is there, it says so again, with
   * what went wrong.
   * @returns false where the comment said nothing of the kind
   */
  async restore(state: ReviewState, answer: Answer): Promise<boolean> {
    const earlier = this.earlier?.body;
    const { app, number, variant } = state;
    if (earlier === undefined || !isThereIn(earlier, variant)) return false;
    const id = await this.deployment;
    if (id !== undefined) {
      await this.attempt('the deployment', (github) => github.setDeploymentStatus(id, reviewDeploymentStatus(state)));
    }
    await this.attempt('the comment', (github) =>
      github.upsertComment(number, reviewMarker(app), (body) =>
        withAnswerOf(app, withSectionOf(app, body ?? earlier, earlier, variant), variant, answer),
      ),
    );
    return true;
  }

  /** What came of it. */
  async publish(state: ReviewState): Promise<void> {
    const id = await this.deployment;
    if (id !== undefined) {
      await this.attempt('the deployment', (github) => github.setDeploymentStatus(id, reviewDeploymentStatus(state)));
    }
    await this.attempt('the comment', (github) => this.write(github, state));
  }

  /** The state of an environment that is there, in its comment and in the deployment of its commit. */
  async update(state: ReviewState): Promise<void> {
    await this.attempt('the deployment', async (github) => {
      const list = await github.listDeployments(gitHubEnvironment(state));
      const id = list.find(({ sha }) => sha === state.commit)?.id;
      const wanted = reviewDeploymentStatus(state);
      if (id === undefined || (await github.deploymentState(id)) === wanted.state) return;
      await github.setDeploymentStatus(id, wanted);
    });
    await this.attempt('the comment', (github) => this.write(github, state));
  }

  /** Answers a command in the one comment, without a word about the environment. */
  async answer(number: number, app: string | undefined, answer: Answer, variant?: string): Promise<void> {
    await this.attempt('the answer', async (github) => {
      const there = await github.findComment(number, ANY_REVIEW_MARKER);
      const whose = markedApp(there ?? '') ?? app ?? '';
      const marker = reviewMarker(whose);
      if (there === undefined && app === undefined) return;
      // Of what is there right before the write: a run may have told its section since the comment was looked for.
      await github.upsertComment(number, marker, (before) =>
        withAnswerOf(whose, before ?? `${marker}\n`, variant, answer),
      );
    });
  }

  /** Another run has the last word: the deployment of this one is no longer under way. */
  async deactivate(state: ReviewState, description: string): Promise<void> {
    const id = await this.deployment;
    if (id === undefined) return;
    await this.attempt('the deployment', (github) =>
      github.setDeploymentStatus(id, { state: 'inactive', description }),
    );
    this.log.debug(`deployment ${id} of ${state.commit} gave way`);
  }

  /** The environment is gone: a comment that is there says so. None is written where there never was one. */
  async closeComment(state: ReviewState): Promise<void> {
    await this.attempt('the comment', async (github) => {
      if ((await github.findComment(state.number, reviewMarker(state.app))) !== undefined)
        await this.write(github, state);
    });
  }

  /** All deployments to the environment are inactive from now on. */
  async closeDeployments(state: ReviewState): Promise<void> {
    const all = await this.attempt('the deployments', (github) => github.listDeployments(gitHubEnvironment(state)));
    // One that is refused keeps no other from being closed.
    for (const { id } of all ?? []) {
      await this.attempt('the deployments', async (github) => {
        // GitHub has set most of them inactive by itself, when a newer one succeeded.
        if ((await github.deploymentState(id)) === 'inactive') return;
        await github.setDeploymentStatus(id, reviewDeploymentStatus(state));
      });
    }
  }

  /** The variants that the comment of an app tells of; none where it cannot be read. */
  async variants(number: number, app: string): Promise<(string | undefined)[]> {
    const body = await this.attempt('the comment', (github) => github.findComment(number, reviewMarker(app)));
    return variantsIn(body ?? '');
  }

  /**
   * GitHub has no way to change a part of a comment, nor to refuse a change of what somebody else has changed since. So a
   * run that tells of one of several environments looks afterwards whether the comment tells what all of them note: whoever
   * has overwritten a later section sees the later note, and writes it.
   */
  private async write(github: GitHub, untimed: ReviewState): Promise<void> {
    const state = { ...untimed, toldAt: untimed.toldAt ?? this.clock?.now() ?? 0 };
    const marker = reviewMarker(state.app);
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      const others = state.variant === undefined && attempt === 0 ? [] : await this.notedOf(state.app);
      let several = false;
      await github.upsertComment(state.number, marker, (before) => {
        this.earlier ??= { body: before };
        several = [...variantsIn(before ?? ''), state.variant].some((variant) => variant !== undefined);
        return withStates(before, state, others);
      });
      if (!several) return;
      if (tells(await github.findComment(state.number, marker), [state, ...(await this.notedOf(state.app))])) return;
    }
  }

  /** A repository can have several apps, each with a comment of its own. */
  private async notedOf(app: string): Promise<ReviewState[]> {
    return (await this.noted()).filter((state) => state.app === app);
  }

  /** A run that is repeated goes on with the deployment of its commit. */
  private async open(github: GitHub, state: ReviewState): Promise<number> {
    const environment = gitHubEnvironment(state);
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
