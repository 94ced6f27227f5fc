import { resolve } from 'node:path';
import type { Inputs } from './read.ts';

/** Inputs of push-to-registry; they override slipway.yml. */
export interface PushInputs {
  /** Default: the image that build-image built for this commit. */
  image: string | undefined;
  /**
   * Absolute path of an archive of `docker save`: the image of an approved fork; lines `name=path` with several images. A path with
   * "/" at its end is the folder of image.tar, or of <name>.tar for each of several images.
   */
  archive: string | undefined;
  /** GitHub environment whose reviewers approved the commit of a fork; `entry/forks.ts` verifies the approval. */
  approvedIn: string | undefined;
  repository: string | undefined;
  /** Tags that replace those of the event. */
  tags: string[];
}

/** @param workingDirectory absolute folder of the application */
export function pushInputs(inputs: Inputs, workingDirectory: string): PushInputs {
  const archive = inputs.text('archive');
  return {
    image: inputs.text('image'),
    archive: archive === undefined ? undefined : absolute(archive, workingDirectory),
    approvedIn: inputs.text('approved-in'),
    repository: inputs.text('repository'),
    tags: inputs.list('tags'),
  };
}

/** Each path, after the name of its image where one is given, as an absolute one. */
function absolute(archive: string, workingDirectory: string): string {
  const lines = archive.split('\n').map((line) => line.trim());
  const named = /^([a-z][a-z0-9-]*) ?= ?(.*)$/;
  return lines
    .filter((line) => line !== '')
    .map((line) => {
      const [, name, path] = named.exec(line) ?? [];
      const folder = name === undefined && line.endsWith('/') ? '/' : '';
      return name === undefined
        ? `${resolve(workingDirectory, line)}${folder}`
        : `${name}=${resolve(workingDirectory, path ?? '')}`;
    })
    .join('\n');
}
