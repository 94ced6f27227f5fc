import { UserError } from '../../errors.ts';
import type { PipelineEvent, WorkflowRunEvent } from '../../event/pipeline-event.ts';
import type { Operation, ReviewInputs } from '../../inputs/review-environment.ts';
import { type Act, EXTEND_MS } from './environment/act.ts';

/** What is to be done, and for which pull request. */
export type Task =
  | { operation: 'up'; number: number }
  | { operation: 'down'; number: number }
  | { operation: 'act'; act: Act; number: number }
  /** It belongs to no pull request: the number is 0. */
  | { operation: 'template'; number: number };

/**
 * Decides from inputs and event alone, before slipway.yml is read and before any credential is used.
 * @throws UserError when no pull request is named, or when code of a fork would be brought up
 */
export function reviewTask(
  inputs: Pick<ReviewInputs, 'operation' | 'number'> & { ttlMs?: number | undefined },
  event: PipelineEvent,
): Task {
  // An approval of a fork's commit is for its environment: no template for all others is made of it.
  const ofFork = event.kind === 'workflow-run' && event.fork;
  if (inputs.operation === 'template' && !ofFork) return { operation: 'template', number: 0 };
  if (event.kind === 'workflow-run') return approvedTask(inputs, event);
  const number = inputs.number ?? (event.kind === 'pull-request' ? event.number : undefined);
  if (number === undefined) {
    throw new UserError(`a ${event.kind} event does not say which pull request the review environment is for`, {
      remedy: 'Run review-environment on `pull_request`, or set the input `number`.',
    });
  }
  const act = actOf(inputs.operation, inputs.ttlMs);
  if (act) return { operation: 'act', act, number };
  const operation = inputs.operation === 'auto' ? automatic(event) : inputs.operation === 'down' ? 'down' : 'up';
  if (operation === 'up' && event.kind === 'pull-request' && event.fork) {
    throw forkRefused(number, inputs.operation === 'reset-database');
  }
  return { operation, number };
}

/** An approval of a fork's commit lets that commit be brought up, and nothing else be done. */
function approvedTask(
  { operation, number }: Pick<ReviewInputs, 'operation' | 'number'>,
  { approval }: WorkflowRunEvent,
): Task {
  if (approval === undefined) throw new UserError('the commit of a fork is brought up once its run has been approved');
  const isItsOwn = number === undefined || number === approval.number;
  if (isItsOwn && (operation === 'auto' || operation === 'up')) return { operation: 'up', number: approval.number };
  throw new UserError(
    `the approval is for bringing up pull request #${approval.number}, and not for \`operation: ${operation}\`` +
      (isItsOwn ? '' : ` on #${number}`),
    { remedy: 'Leave out the inputs `operation` and `number` in the job that waits for the approval.' },
  );
}

function actOf(operation: Operation, ms = EXTEND_MS): Act | undefined {
  switch (operation) {
    case 'sleep':
    case 'wake':
    case 'restart':
    case 'logs':
      return { name: operation };
    case 'extend':
      return { name: 'extend', ms };
    default:
      return undefined;
  }
}

/** @see https://docs.github.com/actions/reference/workflows-and-actions/events-that-trigger-workflows#pull_request */
function automatic(event: PipelineEvent): 'up' | 'down' {
  if (event.kind === 'pull-request') return event.action === 'closed' ? 'down' : 'up';
  throw new UserError(`\`operation: auto\` decides from a pull request's event, and this is a ${event.kind} event`, {
    remedy: 'Set the input `operation` to up or down.',
  });
}

/**
 * Code of a fork would run with what the environment holds, and may be anybody's.
 * @param reset its database was to be reset: it may well have an environment, but that command names no commit
 */
export function forkRefused(number: number, reset: boolean): UserError {
  if (reset) {
    return new UserError(
      `pull request #${number} comes from a fork: \`reset-database\` brings its code up without saying which commit is approved`,
      {
        details: ['The database was not touched, and nothing was deployed.'],
        remedy:
          'To begin anew, somebody with write access takes the environment down with its database (`/review down`) and then brings one commit up, after reading it: `/review up <full commit id>`.',
      },
    );
  }
  return new UserError(`pull request #${number} comes from a fork: it gets no review environment`, {
    details: ['No credential was used, and nothing was deployed.'],
    remedy:
      'After reading the code, somebody with write access can approve one commit: `/review up <full commit id>` in a comment.',
  });
}
