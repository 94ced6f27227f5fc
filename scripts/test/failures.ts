/** What is read of vitest's JSON report: https://vitest.dev/guide/reporters.html#json-reporter */
export interface Report {
  testResults?: readonly FileResult[];
}

export interface FileResult {
  /** Its path. */
  name: string;
  status: string;
  message?: string;
  /** Milliseconds since 1970. */
  startTime?: number;
  endTime?: number;
  assertionResults: readonly { fullName: string; status: string; failureMessages?: readonly string[] | null }[];
}

const LINES = 12;

/** Each failed test with its file and the first lines of why, and each file that failed as a whole. `root` is left out of paths. */
export function failuresOf(files: readonly FileResult[], root: string): string[] {
  return files.flatMap((file) => {
    const path = file.name.startsWith(`${root}/`) ? file.name.slice(root.length + 1) : file.name;
    const tests = file.assertionResults
      .filter((test) => test.status === 'failed')
      .map((test) => told(`${path} > ${test.fullName}`, (test.failureMessages ?? []).join('\n')));
    return tests.length === 0 && file.status === 'failed' ? [told(path, file.message ?? '')] : tests;
  });
}

function told(title: string, message: string): string {
  const lines = message.trim().split('\n');
  const shown = lines.slice(0, LINES).map((line) => `    ${line}`);
  const more = lines.length > LINES ? [`    … ${lines.length - LINES} more lines above`] : [];
  return [`✗ ${title}`, ...shown, ...more].join('\n');
}
