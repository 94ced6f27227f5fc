/** Build contexts, as the stages see them. Implementation: `adapters/context`. */

/** A file in a build context that must not get into an image. */
export interface FoundCredential {
  /** Relative to the context. */
  path: string;
  /** Its kind, for the message: "a Google credentials file". */
  what: string;
}

/** What Docker would send to the builder of a folder. */
export interface FolderScan {
  /**
   * SHA-256 over the names, kinds and permissions of all files that .dockerignore does not exclude, and Git's ids of their
   * contents; hexadecimal.
   */
  digest: string;
  files: number;
  bytes: number;
  credentials: FoundCredential[];
  /** The history (.git) is part of the context. */
  history: boolean;
}

export interface ContextScan extends FolderScan {
  /** Its text. */
  dockerfile: string;
}

/** A path that a build reads. */
export interface NamedPath {
  /** Absolute. */
  path: string;
  /** The key of slipway.yml, or the input, that names it. */
  key: string;
  /** An input names it, which the author of a pull request does not choose. */
  byWorkflow?: boolean;
}

/** Where the paths of a build may lead: into the checkout around a folder, or without Git into the workspace of the job. */
export interface Border {
  /** Absolute folder of the application. */
  workingDirectory: string;
  /** Absolute; undefined outside of a runner. */
  workspace: string | undefined;
}

export interface BuildContext {
  /**
   * Reads the context as Docker does. Rejects with a UserError when the folder or the Dockerfile does not exist, and for a
   * submodule or a file of Git LFS that is not checked out.
   */
  scan(contextDir: string, dockerfile: string): Promise<ContextScan>;
  /** Rejects with a UserError for a path that leads over the border. */
  requireInside(path: NamedPath, border: Border): Promise<void>;
  /** Reads a named context; `folder` of the result is its real path. Rejects as `scan` and `requireInside` do. */
  scanNamed(named: NamedPath, border: Border): Promise<FolderScan & { folder: string }>;
}
