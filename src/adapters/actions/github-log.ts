import * as core from '@actions/core';
import type { Log } from '../../ports.ts';
import { neutralise } from '../../text/neutralise.ts';
import { Progress } from './progress.ts';
import type { Secrets } from './secrets.ts';

/**
 * The log of a step on GitHub Actions. Only this file and publish.ts issue workflow commands. Every other line is neutralised,
 * Slipway's own too, since they quote names that others chose.
 * @see https://docs.github.com/actions/reference/workflow-commands-for-github-actions
 */
export class GitHubLog implements Log {
  private readonly secrets: Secrets;
  private readonly running = new Progress((line) => this.info(line));
  private depth = 0;

  constructor(secrets: Secrets) {
    this.secrets = secrets;
  }

  info(message: string): void {
    this.running.spoken();
    for (const line of neutralise(this.secrets.redact(message))) process.stdout.write(`${line}\n`);
  }

  warning(message: string): void {
    core.warning(neutralise(this.secrets.redact(message)).join('\n'));
  }

  debug(message: string): void {
    core.debug(neutralise(this.secrets.redact(message)).join('\n'));
  }

  output(line: string): void {
    this.info(line);
  }

  /** Groups do not nest on GitHub: inside a group, a further title is a plain line. */
  async group<T>(title: string, work: () => Promise<T>): Promise<T> {
    const line = neutralise(this.secrets.redact(title)).join(' ');
    if (this.depth === 0) core.startGroup(line);
    else this.info(line);
    this.depth++;
    try {
      return await work();
    } finally {
      this.depth--;
      if (this.depth === 0) core.endGroup();
    }
  }

  progress<T>(title: string, work: () => Promise<T>): Promise<T> {
    return this.running.run(title, work);
  }

  mask(secret: string): void {
    for (const form of this.secrets.add(secret)) core.setSecret(form);
  }
}
