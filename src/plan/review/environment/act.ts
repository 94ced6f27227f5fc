/** An act on an existing environment. Times in milliseconds. */
export type Act =
  | { name: 'sleep' }
  | { name: 'wake' }
  | { name: 'restart' }
  /** `of`: a process, cron, service or container, or a variant that the command names; undefined: all. */
  | { name: 'logs'; of?: string }
  | { name: 'run'; cron: string }
  | { name: 'extend'; ms: number };

/** `extend` without a time. */
export const EXTEND_MS = 24 * 3_600_000;
