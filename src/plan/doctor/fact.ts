/** What a read gave: its value, or why nobody knows it. A check never takes the one for the other. */
export type Fact<T> = { known: true; value: T } | Unknown;

export interface Unknown {
  known: false;
  /** Why it is not known, as a sentence without a full stop. */
  why: string;
  /** The permission that would answer it; undefined: no permission is missing. */
  permission: string | undefined;
  /** What a person can do about it. */
  advice?: string | undefined;
}

export function known<T>(value: T): Fact<T> {
  return { known: true, value };
}

export function unknown(why: string, permission?: string, advice?: string): Unknown {
  return { known: false, why, permission, advice };
}
