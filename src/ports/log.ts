/** The log of a run. Pass text from pods, builds and other programs to `output`, which neutralises it. */
export interface Log {
  info(message: string): void;
  warning(message: string): void;
  debug(message: string): void;
  /** Neutralises and logs a line of another program, so that it cannot command the runner. */
  output(line: string): void;
  /** Runs `work` inside a folded group; closes the group after an error as well. */
  group<T>(title: string, work: () => Promise<T>): Promise<T>;
  /**
   * Runs `work`. If it takes over two seconds, logs from time to time that `title` is still running, and its duration at the end.
   * Logs nothing for quick work.
   */
  progress<T>(title: string, work: () => Promise<T>): Promise<T>;
  /** Registers a secret, so that the runner masks it from now on (each line, and its base64 and URI forms). */
  mask(secret: string): void;
}
