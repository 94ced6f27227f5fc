/** An act on an existing environment. Times in milliseconds. */
export type Act =
  | { name: 'sleep' }
  | { name: 'wake' }
  | { name: 'restart' }
  | { name: 'logs' }
  | { name: 'extend'; ms: number };

/** `extend` without a time. */
export const EXTEND_MS = 24 * 3_600_000;
