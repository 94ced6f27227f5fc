import { EnvironmentError, UserError } from '../errors.ts';
import type { Operation, ReviewInputs } from '../inputs/review-environment.ts';
import type { Asked, ReviewCommand } from '../plan/review/command.ts';
import type { Task } from '../plan/review/operation.ts';
import type { GitHub } from '../ports.ts';
import type { StageResult } from '../stage-result.ts';
import { answerCommand } from '../stages/review/command.ts';
import type { Run } from './context.ts';

/** A command in the terms of the action. */
export interface Commanded {
  inputs: ReviewInputs;
  task: Task;
  by: Asked;
  commit: string | undefined;
}

/** `operation: command`: reads the command of a comment and carries it out. */
export function commandWork(
  inputs: ReviewInputs,
  run: Run,
  github: GitHub | undefined,
  carryOut: (commanded: Commanded) => Promise<StageResult>,
): Promise<StageResult> {
  const event = run.event();
  if (event.kind !== 'comment') {
    throw new UserError(`\`operation: command\` reads a comment, and this is a ${event.kind} event`, {
      remedy: 'Run it on `issue_comment`: see review-commands.yml in docs/workflows.md.',
    });
  }
  if (github === undefined) {
    throw new EnvironmentError('whether somebody may give commands cannot be asked without a token', {
      remedy: 'Pass the input `github-token`; the token of the job is enough.',
    });
  }
  return answerCommand(event, {
    github,
    log: run.log,
    app: run.configIfThere()?.app,
    carryOut: (command, by) => carryOut(commandedBy(command, by, inputs, event.number)),
  });
}

/** A command in the terms of the action. */
export function commandedBy(command: ReviewCommand, by: Asked, inputs: ReviewInputs, number: number): Commanded {
  const name = command.name === 'act' ? command.act.name : command.name;
  // The cron is a word of the comment, and no input has it.
  const operation: Operation = name === 'run' ? 'command' : name;
  const task: Task =
    command.name === 'act'
      ? { operation: 'act', act: command.act, number }
      : { operation: command.name === 'down' ? 'down' : 'up', number };
  const commit = command.name === 'up' ? command.commit : undefined;
  const variant = command.variant ?? inputs.variant;
  return { inputs: { ...inputs, operation, number, variant }, task, by, commit };
}
