import type { Instruction } from '../../text/dockerfile.ts';
import type { Place } from '../finding.ts';
import type { SourceFile } from '../source-file.ts';

/** A Dockerfile, and what is known of its build. */
export interface Recipe extends SourceFile {
  target: string | undefined;
  /** Images that the build reads, with their variables replaced → digest in the registry; undefined: not known. */
  images: ReadonlyMap<string, string | undefined>;
  /** The user of the built image is judged by itself. */
  built: boolean;
  /** What every pod that runs the image starts in place of its ENTRYPOINT and CMD (`command`), or of its CMD (`args`). */
  replaced?: 'command' | 'args' | undefined;
}

export function lineOf({ path }: SourceFile, { line }: Instruction): Place {
  return { file: path, line };
}
