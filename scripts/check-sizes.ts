import { type CheckResult, filesOf, read } from './check-lib.ts';

const MOST_LINES = 300;
const MEDIAN_BELOW = 80;

export interface Size {
  file: string;
  lines: number;
}

/** Files of src/ and test/ are of one idea: none over 300 lines; in src/ the median is below 80. */
export async function checkSizes(): Promise<CheckResult> {
  const [src, test] = [sizesOf('src/*.ts'), sizesOf('test/*.ts')];
  return { problems: [...tooLong([...src, ...test]), ...longMedian('src', src)] };
}

function sizesOf(pattern: string): Size[] {
  return filesOf(pattern).map((file) => ({ file, lines: read(file).split('\n').length - 1 }));
}

/** A problem for each file that is to be split; none where all are short. */
export function tooLong(sizes: readonly Size[]): string[] {
  return sizes
    .filter(({ lines }) => lines > MOST_LINES)
    .map(({ file, lines }) => `${file}:${MOST_LINES}: ${lines} lines; split it by idea (at most ${MOST_LINES})`);
}

/** A problem where half of a folder's files are long. */
export function longMedian(folder: string, sizes: readonly Size[]): string[] {
  const sorted = sizes.map(({ lines }) => lines).sort((a, b) => a - b);
  const median = sorted[Math.floor(sorted.length / 2)] ?? 0;
  if (median < MEDIAN_BELOW) return [];
  return [`${folder}: the median file has ${median} lines; keep it below ${MEDIAN_BELOW}`];
}
