import type { GitHubEvent } from '../../test/support/github-double/events.ts';
import { readHistory } from '../../test/support/github-double/history-of-clone.ts';
import { type Platform, platformEnv } from '../platform.ts';
import type { Example } from './examples/example.ts';
import type { DemoGitHub } from './github.ts';
import { Job } from './pipeline.ts';
import type { Repository } from './repository.ts';
import type { Chapter } from './result.ts';
import { tell } from './telling.ts';

/** What the chapters share, and what one hands to the next. */
export class World {
  readonly platform: Platform;
  readonly github: DemoGitHub;
  readonly repository: Repository;
  readonly example: Example;
  readonly chapters: Chapter[] = [];
  readonly urls: Record<string, string> = {};
  private runs = 1000;

  constructor(platform: Platform, github: DemoGitHub, repository: Repository, example: Example) {
    this.platform = platform;
    this.github = github;
    this.repository = repository;
    this.example = example;
  }

  /** Namespaces of the persistent environments, as slipway.yml has them. */
  get namespaces(): { staging: string; production: string } {
    const { name } = this.example;
    return { staging: `${name}-staging`, production: name };
  }

  /** Host names of the persistent environments, as slipway.yml has them. */
  get hosts(): { staging: string; production: string } {
    const { name } = this.example;
    return { staging: `staging.${name}.localhost`, production: `${name}.localhost` };
  }

  /** A job for an event, with the sign-in that the operator set up: here the platform's kubeconfig and Docker. */
  job(event: GitHubEvent): Job {
    return new Job(this.github, event, this.repository.folder, ++this.runs, platformEnv(this.platform));
  }

  /** Tells GitHub of the commits of the working copy. */
  async publish(): Promise<void> {
    await this.github.actor.addCommits(await readHistory(this.repository.folder));
  }

  /** Runs one chapter and keeps its time; `work` answers the sentence for the table. */
  async chapter(name: string, work: (steps: Chapter['steps']) => Promise<string>): Promise<void> {
    tell.title(`${this.chapters.length + 1}. ${name}`);
    const started = Date.now();
    const steps: Chapter['steps'] = [];
    const outcome = await work(steps);
    tell.good(outcome);
    this.chapters.push({ name, ms: Date.now() - started, outcome, steps });
  }

  /** URL of a host name behind the platform's ingress. */
  url(host: string): string {
    return `http://${host}:${this.platform.ingress.port}`;
  }
}
