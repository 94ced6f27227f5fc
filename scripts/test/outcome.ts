/** What a suite of `npm test` came to. */
export interface SuiteResult {
  suite: string;
  state: 'passed' | 'failed' | 'skipped';
  /** Milliseconds. */
  ms: number;
  passed: number;
  failed: number;
  skipped: number;
  /** Why it failed or was skipped, when the output above does not say. */
  note?: string;
  /** What failed, each with its first lines. */
  failures?: readonly string[];
}

export function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}

/** The closing table: what failed, a row per suite, then the counts of all tests as `N passed, N failed, N skipped`. */
export function table(results: readonly SuiteResult[]): string {
  const rows = results.map((r) => {
    const counts = `${r.passed} passed, ${r.failed} failed${r.skipped ? `, ${r.skipped} skipped` : ''}`;
    return `${r.suite.padEnd(10)} ${r.state.padEnd(8)} ${seconds(r.ms).padStart(8)}   ${counts}${r.note ? `   ${r.note}` : ''}`;
  });
  const sum = (key: 'passed' | 'failed' | 'skipped') => results.reduce((total, r) => total + r[key], 0);
  const failures = results.flatMap((r) => (r.failures ?? []).map((failure) => `${r.suite}: ${failure}\n`));
  return [...failures, ...rows, '', `${sum('passed')} passed, ${sum('failed')} failed, ${sum('skipped')} skipped`].join(
    '\n',
  );
}

/** 0 unless a suite failed. */
export function verdict(results: readonly SuiteResult[]): number {
  return results.some((r) => r.state === 'failed') ? 1 : 0;
}

export function describeError(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
