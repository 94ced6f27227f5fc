/** A regular file. */
export interface FoundFile {
  path: string;
  /** Bytes. */
  size: number;
  /** Last modification, in milliseconds since the epoch. */
  modifiedMs: number;
}

/** Files of the runner: what a stage leaves for later steps, and what a program of the user has written. */
export interface Files {
  /** The content; undefined when there is no such file. */
  read(path: string): Promise<Buffer | undefined>;
  /** Creates or replaces the file, and creates its folder. */
  write(path: string, content: string | Uint8Array): Promise<void>;
  /**
   * The file itself, or all regular files below a folder, sorted by path; empty when there is nothing. Links are neither
   * listed nor followed: the content of an image must not choose which files of this machine are read.
   */
  list(path: string): Promise<FoundFile[]>;
  /** Removes a file, or a folder with its content; does nothing when there is none. */
  remove(path: string): Promise<void>;
  exists(path: string): boolean;
}
