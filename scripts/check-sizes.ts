import { type CheckResult, filesOf, read } from './check-lib.ts';

const MOST_LINES = 300;

export interface Size {
  file: string;
  lines: number;
}

/** A file of src/ or test/ holds one idea and has at most 300 lines. */
export async function checkSizes(): Promise<CheckResult> {
  return { problems: tooLong([...sizesOf('src/*.ts'), ...sizesOf('test/*.ts')]) };
}

function sizesOf(pattern: string): Size[] {
  return filesOf(pattern).map((file) => ({ file, lines: read(file).split('\n').length - 1 }));
}

/** One problem per file that is too long. */
export function tooLong(sizes: readonly Size[]): string[] {
  return sizes
    .filter(({ lines }) => lines > MOST_LINES)
    .map(({ file, lines }) => `${file}:${MOST_LINES}: ${lines} lines; split it by idea (at most ${MOST_LINES})`);
}
