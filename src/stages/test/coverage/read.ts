import { decodeXml } from '../junit/decode.ts';

/** A part of the code that tests ran. */
export interface Share {
  /** 0 to 100. */
  percent: number;
  /** undefined where the report has only the percentage. */
  covered?: number;
  valid?: number;
}

/** What a coverage report says of the whole code. */
export interface Coverage {
  lines: Share;
  branches?: Share;
}

/** An attribute whose value is a number. */
const NUMBER = /\s([a-z-]{1,40})\s{0,9}=\s{0,9}["']([0-9.]{1,20})["']/g;

/** Characters of the first tag of a report. */
const LONGEST_TAG = 16_384;
/** Files that a report in the format of lcov tells apart. */
const MOST_FILES = 200_000;

/**
 * Reads a coverage report: Cobertura XML (coverage.py, gcovr, Coverlet, Istanbul, PHPUnit), or the format of lcov.
 * @throws Error with the reason for any other text
 */
export function readCoverage(content: Uint8Array): Coverage {
  const first = content.findIndex((byte) => byte > 0x20);
  const isXml = content[first] === 0x3c || content[first] === 0xef || (content[first] ?? 0) >= 0xfe;
  return isXml ? ofCobertura(decodeXml(content)) : ofLcov(Buffer.from(content).toString('latin1'));
}

/** The numbers of the whole are attributes of the outermost element, which may follow a document type. */
function ofCobertura(xml: string): Coverage {
  const at = xml.search(/<coverage[\s>]/);
  if (at < 0) throw new Error('it has no element <coverage>, as Cobertura has');
  const start = xml.slice(at, at + LONGEST_TAG);
  const tag = start.slice(0, start.indexOf('>') + 1);
  const numbers = new Map([...tag.matchAll(NUMBER)].map(([, name = '', value]) => [name, value]));
  const number = (name: string) => numberOf(numbers.get(name));
  const share = (part: string, rate: string) =>
    shareOf(number(`${part}-covered`), number(`${part}-valid`), number(rate));
  const lines = share('lines', 'line-rate');
  if (lines === undefined) throw new Error('its <coverage> has neither lines-valid nor line-rate, as Cobertura has');
  const branches = share('branches', 'branch-rate');
  return branches === undefined || branches.valid === 0 ? { lines } : { lines, branches };
}

/** Counts are exact, so they win over the rate. Code without a line is covered. */
function shareOf(covered: number | undefined, valid: number | undefined, rate: number | undefined): Share | undefined {
  if (covered !== undefined && valid !== undefined && covered <= valid)
    return { percent: valid === 0 ? 100 : (covered / valid) * 100, covered, valid };
  return rate === undefined || rate > 1 ? undefined : { percent: rate * 100 };
}

function numberOf(text: string | undefined): number | undefined {
  const value = text === undefined ? Number.NaN : Number(text);
  return Number.isFinite(value) ? value : undefined;
}

type Counter = 'LF' | 'LH' | 'BRF' | 'BRH';

/** The best numbers of each file: several test runs may each have written a record of it. */
function ofLcov(text: string): Coverage {
  const files = new Map<string, Record<Counter, number>>();
  let file: Record<Counter, number> | undefined;
  for (let at = 0; at < text.length; ) {
    const next = text.indexOf('\n', at);
    const end = next < 0 ? text.length : next;
    if (text.startsWith('SF:', at)) file = recordOf(text.slice(at + 3, Math.min(end, at + 4_096)).trim(), files);
    else if (file !== undefined) count(text.slice(at, Math.min(end, at + 24)), file);
    at = end + 1;
  }
  if (files.size === 0) throw new Error('it is neither Cobertura XML nor has it records SF:, as lcov has');
  const sum = (name: Counter) => [...files.values()].reduce((total, one) => total + one[name], 0);
  const lines = shareOf(sum('LH'), sum('LF'), undefined);
  if (lines === undefined) throw new Error('it has more covered lines (LH:) than lines (LF:)');
  const branches = shareOf(sum('BRH'), sum('BRF'), undefined);
  return branches === undefined || branches.valid === 0 ? { lines } : { lines, branches };
}

function recordOf(path: string, files: Map<string, Record<Counter, number>>): Record<Counter, number> {
  const known = files.get(path);
  if (known !== undefined) return known;
  if (files.size >= MOST_FILES) throw new Error(`it has more than ${MOST_FILES} files`);
  const record = { LF: 0, LH: 0, BRF: 0, BRH: 0 };
  files.set(path, record);
  return record;
}

function count(line: string, file: Record<Counter, number>): void {
  const [, name, value] = /^(LF|LH|BRF|BRH):(\d{1,12})\s*$/.exec(line) ?? [];
  if (name !== undefined) file[name as Counter] = Math.max(file[name as Counter], Number(value));
}
