import type { BuildContext, Builder, Clock, History, Log } from '../../ports.ts';

/** What building an image needs from the world. */
export interface BuildPorts {
  builder: Builder;
  context: BuildContext;
  history: History;
  log: Log;
  clock: Clock;
  /** Values of the BuildKit secrets by id; masked already. */
  secrets: ReadonlyMap<string, string>;
  signal: AbortSignal;
}
