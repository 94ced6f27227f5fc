/** What is said of a code wherever it occurs. */
export interface CodeInfo {
  /** The trouble as a noun phrase. */
  title: string;
  /** Severity of a proven finding. */
  severity: 'error' | 'warning' | 'note';
  /** Why it matters, for people who have not met it. */
  why: string;
}
