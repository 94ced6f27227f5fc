import { messageOf, SlipwayError } from '../../errors.ts';
import type { CommentEvent } from '../../event/pipeline-event.ts';
import { exitCodeOf } from '../../outcome.ts';
import { type Asked, type Parsed, parseCommand, type ReviewCommand, USAGE } from '../../plan/review/command.ts';
import type { Owner } from '../../plan/review/environment/owner.ts';
import type { GitHub, Log, Reaction } from '../../ports.ts';
import { type StageResult, stageResult } from '../../stage-result.ts';
import type { Site } from '../site.ts';
import { Publisher } from './comment/publisher.ts';
import { resolveVariant } from './environment/resolve-variant.ts';

export interface CommandPorts {
  github: GitHub;
  log: Log;
  /** App of slipway.yml; undefined: it cannot be read. */
  app: string | undefined;
  /** Carries out a command of a person with write access. Before it, only the credential of GitHub is used. */
  carryOut(command: ReviewCommand, asked: Asked): Promise<StageResult>;
}

/**
 * Answers a comment. People without write access get a reaction and nothing else. For others, a reaction acknowledges
 * the command, and the comment of the environment contains the answer.
 */
export async function answerCommand(event: CommentEvent, ports: CommandPorts): Promise<StageResult> {
  const { author, bot, body, id } = event.comment;
  const parsed: Parsed = event.onPullRequest && !bot ? parseCommand(body) : { is: 'nothing' };
  if (parsed.is === 'nothing') return nothingDone('the comment holds no command');
  const permission = await ports.github.permissionOf(author);
  if (permission !== 'write' && permission !== 'admin') {
    await react(id, 'confused', ports);
    return nothingDone(`${author} has no write access to the repository: nothing was done`);
  }
  if (parsed.is === 'wrong') {
    await react(id, 'confused', ports);
    const text = `${parsed.problem}${parsed.problem.endsWith('?') ? '' : '.'} The commands: ${USAGE}.`;
    await new Publisher(ports).answer(event.number, ports.app, { command: parsed.typed, by: author, text });
    return nothingDone(`not understood: ${parsed.problem}`);
  }
  await react(id, 'eyes', ports);
  const asked = { command: parsed.text, by: author };
  try {
    const result = await ports.carryOut(parsed.command, asked);
    await react(id, exitCodeOf(result.outcome) === 0 ? 'rocket' : '-1', ports);
    return result;
  } catch (error) {
    await react(id, '-1', ports);
    await new Publisher(ports).answer(event.number, ports.app, { ...asked, text: refusalText(error) });
    throw error;
  }
}

/**
 * The variant that a command brings up; the comment need not name it.
 * @param owner with the variant that the comment names
 * @param declared names in `review.variants`; undefined: slipway.yml has none
 * @throws UserError if there is no such environment, or if several match
 */
export function variantToBringUp(
  owner: Owner,
  declared: readonly string[] | undefined,
  site: Pick<Site, 'cluster' | 'log'> & { github: GitHub | undefined },
): Promise<string | undefined> {
  return resolveVariant(owner, declared, site, () => new Publisher(site).variants(owner.number, owner.app));
}

function refusalText(error: unknown): string {
  const remedy = error instanceof SlipwayError && error.remedy ? ` ${error.remedy}` : '';
  return `it was not done: ${messageOf(error)}.${remedy}`;
}

/** A failed reaction does not stop the command. */
async function react(commentId: number, reaction: Reaction, { github, log }: CommandPorts): Promise<void> {
  try {
    await github.react(commentId, reaction);
  } catch (error) {
    log.info(`no reaction was added to the comment: ${messageOf(error)}`);
  }
}

function nothingDone(headline: string): StageResult {
  return stageResult('review-environment', 'unchanged', headline);
}
