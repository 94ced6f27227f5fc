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
  withOutdated,
  withSectionOf,
  withStates,
} from '../../../report/review-sections.ts';
import type { Answer, ReviewState } from '../../../report/review-state.ts';
import { reviewHeadline } from '../../../report/review-words.ts';
import type { Annotation } from '../../../stage-result.ts';
import type { ReviewPorts } from '../ports.ts';

/** Attempts to write the comment: among concurrent writers, each other one costs at most one retry. */
const ATTEMPTS = 5;

/**
 * Updates the pull request: one comment and one deployment, from the same state. Errors of GitHub are warnings, because
 * they do not make a good deploy a bad one.
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

  /**
   * Creates a publisher.
   * @param noted reads the noted states of the environments of the pull request, if it has several
   */
  constructor(
    { github, log, clock }: Pick<ReviewPorts, 'github' | 'log'> & Partial<Pick<ReviewPorts, 'clock'>>,
    noted: () => Promise<ReviewState[]> = async () => [],
  ) {
    this.github = github;
    this.log = log;
    this.clock = clock;
    this.noted = noted;
    if (github === undefined) log.info('no github-token: the pull request is not updated');
  }

  /** Announces the deploy. */
  async announce(state: ReviewState): Promise<void> {
    this.deployment = this.attempt('the deployment', (github) => this.open(github, state));
    await this.deployment;
    await this.publish(state);
  }

  /**
   * For a run that changed nothing: if the comment said that the environment exists, restores its section and adds the
   * error.
   * @returns false if the comment did not say so
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

  /** Reports that a commit was not deployed: with the answer where the comment has an environment, otherwise as its state. */
  async reportNotDeployed(state: ReviewState, answer: Answer): Promise<void> {
    await this.attempt('the comment', async (github) => {
      const { number, variant } = state;
      const there = await github.findComment(number, state.app === '' ? ANY_REVIEW_MARKER : reviewMarker(state.app));
      const app = state.app === '' ? markedApp(there ?? '') : state.app;
      if (app === undefined) return;
      await github.upsertComment(number, reviewMarker(app), (body) =>
        body !== undefined && isThereIn(body, variant)
          ? withAnswerOf(app, withOutdated(app, body, variant), variant, answer)
          : withStates(body, { ...state, app }),
      );
    });
  }

  /** Publishes the result. */
  async publish(state: ReviewState): Promise<void> {
    const id = await this.deployment;
    if (id !== undefined) {
      await this.attempt('the deployment', (github) => github.setDeploymentStatus(id, reviewDeploymentStatus(state)));
    }
    await this.attempt('the comment', (github) => this.write(github, state));
  }

  /** Updates comment and deployment of an existing environment. */
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

  /** Adds the answer to a command to the comment; the state of the environment stays as it is. */
  async answer(number: number, app: string | undefined, answer: Answer, variant?: string): Promise<void> {
    await this.attempt('the answer', async (github) => {
      const there = await github.findComment(number, ANY_REVIEW_MARKER);
      const whose = markedApp(there ?? '') ?? app ?? '';
      const marker = reviewMarker(whose);
      if (there === undefined && app === undefined) return;
      // From the body right before the write: another run may have written its section in between.
      await github.upsertComment(number, marker, (before) =>
        withAnswerOf(whose, before ?? `${marker}\n`, variant, answer),
      );
    });
  }

  /** Deactivates the deployment of this run, which another run replaces. */
  async deactivate(state: ReviewState, description: string): Promise<void> {
    const id = await this.deployment;
    if (id === undefined) return;
    await this.attempt('the deployment', (github) =>
      github.setDeploymentStatus(id, { state: 'inactive', description }),
    );
    this.log.debug(`deployment ${id} of ${state.commit} gave way`);
  }

  /** Updates the comment of a removed environment; creates none. */
  async closeComment(state: ReviewState): Promise<void> {
    await this.attempt('the comment', async (github) => {
      if ((await github.findComment(state.number, reviewMarker(state.app))) !== undefined)
        await this.write(github, state);
    });
  }

  /** Deactivates all deployments of the environment. */
  async closeDeployments(state: ReviewState): Promise<void> {
    const all = await this.attempt('the deployments', (github) => github.listDeployments(gitHubEnvironment(state)));
    // A refusal does not stop the others.
    for (const { id } of all ?? []) {
      await this.attempt('the deployments', async (github) => {
        // GitHub deactivates most of them itself when a newer one succeeds.
        if ((await github.deploymentState(id)) === 'inactive') return;
        await github.setDeploymentStatus(id, reviewDeploymentStatus(state));
      });
    }
  }

  /** The variants in the comment of an app; none if it cannot be read. */
  async variants(number: number, app: string): Promise<(string | undefined)[]> {
    const body = await this.attempt('the comment', (github) => github.findComment(number, reviewMarker(app)));
    return variantsIn(body ?? '');
  }

  /**
   * Writes the comment. GitHub offers neither partial nor conditional updates, so a run that writes one of several
   * sections reads the comment again and compares it with the noted states. A run that overwrote a newer section finds
   * the newer note and writes it.
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

  /** The noted states of one app; a repository can have several, each with its own comment. */
  private async notedOf(app: string): Promise<ReviewState[]> {
    return (await this.noted()).filter((state) => state.app === app);
  }

  /** The deployment of the commit; a repeated run continues with the existing one. */
  private async open(github: GitHub, state: ReviewState): Promise<number> {
    const environment = gitHubEnvironment(state);
    const same = (await github.listDeployments(environment)).find(({ sha }) => sha === state.commit);
    if (same) return same.id;
    return github.createDeployment({
      ref: state.commit,
      environment,
      description: reviewHeadline(state),
      // GitHub deactivates earlier deployments itself only in environments that are not transient.
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

  /** Warns once per reason: a missing permission fails every request. */
  private warn(what: string, error: unknown): void {
    const remedy = error instanceof SlipwayError && error.remedy ? ` ${error.remedy}` : '';
    const message = `${what} on the pull request could not be written: ${messageOf(error)}.${remedy}`;
    if (this.warnings.some((known) => known.message === message)) return;
    this.warnings.push({
      level: 'warning',
      title: error instanceof PermissionMissing ? 'Permission missing' : 'Pull request not updated',
      message,
    });
    // The result carries the annotation.
    this.log.info(message);
  }
}
