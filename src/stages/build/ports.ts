import type { BuildContext, Builder, Clock, History, Log } from '../../ports.ts';

/** The ports of build-image. */
export interface BuildPorts {
  builder: Builder;
  context: BuildContext;
  history: History;
  log: Log;
  clock: Clock;
  /** Masked values of the BuildKit secrets, by id. */
  secrets: ReadonlyMap<string, string>;
  signal: AbortSignal;
}
