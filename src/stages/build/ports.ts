import type { Here } from '../../plan/evidence/trust.ts';
import type { BaseImages, BuildContext, Builder, Clock, Files, History, Log, Registry } from '../../ports.ts';
import type { ReadPorts } from '../evidence/ports.ts';

/** A registry in which build-image looks for images of the same sources. */
export interface PushedPorts extends ReadPorts {
  registry: Pick<Registry, 'resolve'>;
  here: Here;
}

/** The ports of build-image. */
export interface BuildPorts {
  builder: Builder;
  context: BuildContext;
  baseImages: BaseImages;
  history: History;
  files: Pick<Files, 'write'>;
  /** Opens the registry for questions; undefined where its images are not used: for a fork. */
  pushed: (() => PushedPorts) | undefined;
  log: Log;
  clock: Clock;
  /** Masked values of the BuildKit secrets of each image, by id. */
  secrets: Readonly<Record<string, ReadonlyMap<string, string>>>;
  /** The most builds at one time. */
  atOnce: number;
  signal: AbortSignal;
}
