import type { PipelineEvent } from './pipeline-event.ts';
export function parseEvent(_env: Readonly<Record<string, string | undefined>>, _payload: unknown): PipelineEvent {
  throw new Error('follows at once');
}
