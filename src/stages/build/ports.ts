import type { BaseImages, BuildContext, Builder, Clock, History, Log } from '../../ports.ts';

/** The ports of build-image. */
export interface BuildPorts {
  builder: Builder;
  context: BuildContext;
  baseImages: BaseImages;
  history: History;
  log: Log;
  clock: Clock;
  /** Masked values of the BuildKit secrets of each image, by id. */
  secrets: Readonly<Record<string, ReadonlyMap<string, string>>>;
  /** The most builds at one time. */
  atOnce: number;
  signal: AbortSignal;
}
