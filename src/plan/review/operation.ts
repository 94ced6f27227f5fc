import { UserError } from '../../errors.ts';
import type { PipelineEvent, WorkflowRunEvent } from '../../event/pipeline-event.ts';
import type { Operation, ReviewInputs } from '../../inputs/review-environment.ts';
import { type Act, EXTEND_MS } from './environment/act.ts';

/** What to do, and for which pull request. */
export type Task =
  | { operation: 'up'; number: number }
  | { operation: 'down'; number: number }
  | { operation: 'act'; act: Act; number: number }
  /** Belongs to no pull request: the number is 0. */
  | { operation: 'template'; number: number };

/**
 * Decides from inputs and event alone, before slipway.yml is read and before any credential is used.
 * @throws UserError if no pull request is named, or if code of a fork would be deployed
 */
export function reviewTask(
  inputs: Pick<ReviewInputs, 'operation' | 'number'> & { ttlMs?: number | undefined },
  event: PipelineEvent,
): Task {
  // An approval of a fork's commit covers its environment, and not the template for all others.
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

/** An approval of a fork's commit allows its deploy and nothing else. */
function approvedTask(
  { operation, number }: Pick<ReviewInputs, 'operation' | 'number'>,
  { approval }: WorkflowRunEvent,
): Task {
  if (approval === undefined) throw new UserError('the commit of a fork is deployed only after an approval of its run');
  const isItsOwn = number === undefined || number === approval.number;
  if (isItsOwn && (operation === 'auto' || operation === 'up')) return { operation: 'up', number: approval.number };
  throw new UserError(
    `the approval is for deploying pull request #${approval.number}, and not for \`operation: ${operation}\`` +
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
 * The refusal of unapproved code of a fork.
 * @param reset the command was `reset-database`, which names no commit
 */
export function forkRefused(number: number, reset: boolean): UserError {
  if (reset) {
    return new UserError(
      `pull request #${number} comes from a fork: \`reset-database\` deploys its code without naming an approved commit`,
      {
        details: ['The database was not touched, and nothing was deployed.'],
        remedy:
          'To start with a new database, a person with write access removes the environment (`/review down`) and then deploys one commit after reading it: `/review up <full commit id>`.',
      },
    );
  }
  return new UserError(`pull request #${number} comes from a fork: it gets no review environment`, {
    details: ['No credential was used, and nothing was deployed.'],
    remedy:
      'After reading the code, a person with write access can approve one commit: `/review up <full commit id>` in a comment.',
  });
}
