/** A regular file. */
export interface FoundFile {
  path: string;
  /** Bytes. */
  size: number;
  /** Last modification, in milliseconds since the epoch. */
  modifiedMs: number;
}

/** Files of the runner: the files of a stage for later steps, and the output of the user's programs. */
export interface Files {
  /** The content; undefined when the file does not exist. */
  read(path: string): Promise<Buffer | undefined>;
  /** Creates or replaces the file, and creates its folder. */
  write(path: string, content: string | Uint8Array): Promise<void>;
  /**
   * The file itself, or all regular files below a folder, sorted by path; empty when nothing exists. Neither lists nor follows
   * links: the content of an image must not choose which files of this machine Slipway reads.
   */
  list(path: string): Promise<FoundFile[]>;
  /** Removes a file, or a folder with its content; does nothing when neither exists. */
  remove(path: string): Promise<void>;
  exists(path: string): boolean;
}
