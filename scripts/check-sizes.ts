import { type CheckResult, filesOf, read } from './check-lib.ts';

const MOST_LINES = 300;
const MEDIAN_BELOW = 80;

/** Files of src/ are of one idea: none over 300 lines, the median below 80. */
export async function checkSizes(): Promise<CheckResult> {
  const sizes = filesOf('src/*.ts').map((file) => ({ file, lines: read(file).split('\n').length - 1 }));
  sizes.sort((a, b) => a.lines - b.lines);
  const problems = sizes
    .filter(({ lines }) => lines > MOST_LINES)
    .map(({ file, lines }) => `${file}:${MOST_LINES}: ${lines} lines; split it by idea (at most ${MOST_LINES})`);
  const median = sizes[Math.floor(sizes.length / 2)]?.lines ?? 0;
  if (median >= MEDIAN_BELOW) problems.push(`src: the median file has ${median} lines; keep it below ${MEDIAN_BELOW}`);
  return { problems };
}
