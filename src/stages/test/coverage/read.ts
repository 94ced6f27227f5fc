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

/** The next attribute of a tag. */
const ATTRIBUTE = /\s{1,200}([\w:.-]{1,100})\s{0,9}=\s{0,9}(?:"([^"]{0,4000})"|'([^']{0,4000})')/y;

/** Characters of the first tag of a report. */
const LONGEST_TAG = 16_384;
/** Files that a report in the format of lcov tells apart. */
const MOST_FILES = 200_000;
/** Characters of a line of lcov that are read. */
const LONGEST_LINE = 256;

const NO_LINE = 'it counts no line of code: the tool has not seen the sources';

/**
 * Reads a coverage report: Cobertura XML (coverage.py, gcovr, Coverlet, Istanbul, PHPUnit), or the format of lcov.
 * @throws Error with the reason for any other text
 */
export function readCoverage(content: Uint8Array): Coverage {
  const bytes = content[0] === 0xef && content[1] === 0xbb ? content.subarray(3) : content;
  const first = bytes[bytes.findIndex((byte) => byte > 0x20)] ?? 0;
  return first === 0x3c || first >= 0xfe
    ? ofCobertura(decodeXml(bytes))
    : ofLcov(Buffer.from(bytes).toString('latin1'));
}

/** The numbers of the whole are attributes of the outermost element. */
function ofCobertura(xml: string): Coverage {
  const at = rootOf(xml);
  if (!/^<coverage[\s>/]/.test(xml.slice(at, at + 10)))
    throw new Error('its outermost element is not <coverage>, as Cobertura has');
  if (!/(?:<\/coverage|\/)>$/.test(xml.slice(-LONGEST_TAG).trimEnd().slice(-12))) throw new Error('it ends too early');
  const numbers = attributesOf(xml.slice(at + '<coverage'.length, at + LONGEST_TAG));
  const number = (name: string) => numberOf(numbers.get(name));
  const share = (part: string, rate: string) =>
    shareOf(number(`${part}-covered`), number(`${part}-valid`), number(rate));
  const lines = share('lines', 'line-rate');
  if (lines === undefined) throw new Error('its <coverage> has neither lines-valid nor line-rate, as Cobertura has');
  if (lines.valid === 0) throw new Error(NO_LINE);
  const branches = share('branches', 'branch-rate');
  return branches === undefined || branches.valid === 0 ? { lines } : { lines, branches };
}

/** Where the outermost element begins: after the declaration, comments and the document type. */
function rootOf(xml: string): number {
  let at = 0;
  for (;;) {
    while (at < xml.length && xml.charCodeAt(at) <= 0x20) at++;
    const end = xml.startsWith('<!--', at) ? '-->' : /^<[?!]/.test(xml.slice(at, at + 2)) ? '>' : undefined;
    const next = end === undefined ? -1 : xml.indexOf(end, at);
    if (end === undefined || next < 0) return at;
    at = next + end.length;
  }
}

function attributesOf(tag: string): Map<string, string> {
  const found = new Map<string, string>();
  ATTRIBUTE.lastIndex = 0;
  for (let match = ATTRIBUTE.exec(tag); match; match = ATTRIBUTE.exec(tag))
    found.set(match[1] ?? '', match[2] ?? match[3] ?? '');
  return found;
}

/** Counts are exact, so they win over the rate. A tool that counted nothing has not seen the code. */
function shareOf(covered: number | undefined, valid: number | undefined, rate: number | undefined): Share | undefined {
  if (covered !== undefined && valid !== undefined && covered <= valid)
    return { percent: valid === 0 ? 100 : (covered / valid) * 100, covered, valid };
  return rate === undefined || rate > 1 ? undefined : { percent: rate * 100 };
}

/** Plain, or with an exponent as .NET writes small ones: 8.5E-05. */
function numberOf(text: string | undefined): number | undefined {
  return text !== undefined && /^[0-9.]{1,30}(?:[eE][+-]?\d{1,3})?$/.test(text) && Number.isFinite(Number(text))
    ? Number(text)
    : undefined;
}

type Counter = 'LF' | 'LH' | 'BRF' | 'BRH';
type Counts = Record<Counter, number>;
const COUNTERS = ['LF', 'LH', 'BRF', 'BRH'] as const;

/** A record of a file: what it states, and what its lines show; some tools state nothing (simplecov-lcov). */
interface FileRecord {
  path: string;
  stated: Partial<Counts>;
  seen: Counts;
}

/** The best numbers of each file: several test runs may each have written a record of it. */
function ofLcov(text: string): Coverage {
  const files = new Map<string, Counts>();
  let record: FileRecord | undefined;
  for (let at = 0; at < text.length; ) {
    const next = text.indexOf('\n', at);
    const end = next < 0 ? text.length : next;
    if (text.startsWith('SF:', at)) {
      // Some tools leave out end_of_record between files.
      if (record !== undefined) keep(record, files);
      const path = text.slice(at + 3, Math.min(end, at + 4_096)).trim();
      record = { path, stated: {}, seen: { LF: 0, LH: 0, BRF: 0, BRH: 0 } };
    } else if (record !== undefined && text.startsWith('end_of_record', at)) {
      keep(record, files);
      record = undefined;
    } else if (record !== undefined) count(text.slice(at, Math.min(end, at + LONGEST_LINE)), record);
    at = end + 1;
  }
  if (record !== undefined) throw new Error('it ends within a record: its last line is not end_of_record');
  if (files.size === 0) throw new Error('it is neither Cobertura XML nor has it records SF:, as lcov has');
  return summed([...files.values()]);
}

function summed(files: readonly Counts[]): Coverage {
  const sum = (name: Counter) => files.reduce((total, one) => total + one[name], 0);
  const lines = shareOf(sum('LH'), sum('LF'), undefined);
  if (lines === undefined) throw new Error('it has more covered lines (LH:) than lines (LF:)');
  if (lines.valid === 0) throw new Error(NO_LINE);
  const branches = shareOf(sum('BRH'), sum('BRF'), undefined);
  return branches === undefined || branches.valid === 0 ? { lines } : { lines, branches };
}

function keep({ path, stated, seen }: FileRecord, files: Map<string, Counts>): void {
  const known = files.get(path) ?? { LF: 0, LH: 0, BRF: 0, BRH: 0 };
  for (const name of COUNTERS) known[name] = Math.max(known[name], stated[name] ?? seen[name]);
  files.set(path, known);
  if (files.size > MOST_FILES) throw new Error(`it has more than ${MOST_FILES} files`);
}

/** A line of a record: a number that it states, or a line or branch with how often it ran ("-": never). */
function count(text: string, { stated, seen }: FileRecord): void {
  const [, name, value] = /^(LF|LH|BRF|BRH):(\d{1,12})\s*$/.exec(text) ?? [];
  if (name !== undefined) stated[name as Counter] = Number(value);
  const [, line] = /^DA:\d{1,9},(-?\d{1,15})(?:,[\w+/=]{1,99})?\s*$/.exec(text) ?? [];
  // A branch may be an expression with commas.
  const [, branch] = /^BRDA:.{3,240},(-|\d{1,15})\s*$/.exec(text) ?? [];
  const taken = line ?? branch;
  if (taken === undefined) return;
  const [found, hit] = line === undefined ? (['BRF', 'BRH'] as const) : (['LF', 'LH'] as const);
  seen[found]++;
  if (Number(taken) > 0) seen[hit]++;
}
