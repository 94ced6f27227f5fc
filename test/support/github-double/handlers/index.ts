import type { OperationId } from '../openapi/operations.ts';
import { commands } from './commands.ts';
import { comments } from './comments.ts';
import { deployments } from './deployments.ts';
import { issues } from './issues.ts';
import type { Handler } from './reply.ts';
import { repository } from './repository.ts';
import { settings } from './settings.ts';

export const handlers: Record<OperationId, Handler> = {
  ...commands,
  ...comments,
  ...deployments,
  ...issues,
  ...repository,
  ...settings,
};
