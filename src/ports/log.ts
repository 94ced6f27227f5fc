/** Where progress is told. Text from pods, builds and other programs must go through `output`, which neutralises it. */
export interface Log {
  info(message: string): void;
  warning(message: string): void;
  debug(message: string): void;
  /** A line that another program wrote: neutralised, so that it cannot drive the runner. */
  output(line: string): void;
  /** Runs `work` inside a folded group; the group closes whatever happens. */
  group<T>(title: string, work: () => Promise<T>): Promise<T>;
  /**
   * Runs `work`; when it takes over two seconds, says now and then that `title` is still going on, and in the end how long
   * it took. Nothing is printed for what is quick.
   */
  progress<T>(title: string, work: () => Promise<T>): Promise<T>;
  /** Registers a secret, so that the runner masks it from now on (each line, and its base64 and URI forms). */
  mask(secret: string): void;
}
