/** Files of the runner: what a stage leaves for later steps, and what a program of the user has written. */
export interface Files {
  /** The content; undefined when there is no such file. */
  read(path: string): Promise<Buffer | undefined>;
  /** Creates or replaces the file, and creates its folder. */
  write(path: string, content: string | Uint8Array): Promise<void>;
}
