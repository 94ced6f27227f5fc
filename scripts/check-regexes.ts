import { createHash } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { dirname, join } from 'node:path';
import { check } from 'recheck';
import packageJson from 'recheck/package.json' with { type: 'json' };
import { cacheDir } from '../local/paths.ts';
import { type CheckResult, filesOf, read } from './check-lib.ts';
import { ALLOWED } from './regexes/allowed.ts';
import { type Expression, expressionsOf } from './regexes/expressions.ts';

/** What is known of an expression: `safe`, or why it is not. */
type Verdict = string;

const SAFE = 'safe';
/** An expression that takes longer to analyse is to be written more simply. */
const TIMEOUT_MS = 30_000;
const cacheFile = join(cacheDir, `regexes-${packageJson.version}.json`);

/**
 * Every regular expression of src/ is linear, or is in the list of those whose input is bounded. Pods, builds, tests, servers
 * and pull requests choose the text, so a quadratic expression is a way to stop a run.
 */
export async function checkRegexes(): Promise<CheckResult> {
  const all = filesOf('src/*.ts').flatMap((file) => expressionsOf(file, read(file)));
  const problems = staleEntries(all);
  const checked = all.filter(({ text, file }) => allowedReason(text, file) === undefined);
  const verdicts = await verdictsOf(checked.map(({ text }) => text));
  for (const { text, file, line, dynamic } of checked) {
    const verdict = dynamic ? 'made at run time, so its time cannot be proven' : (verdicts.get(text) ?? SAFE);
    if (verdict !== SAFE) problems.push(`${file}:${line}: ${text}: ${verdict}; ${REMEDY}`);
  }
  return { problems };
}

const REMEDY =
  'write it so that it is linear (no overlapping repetitions, an anchor, [^"]* for .*), or read the text by a loop; where its input is bounded, say so in scripts/regexes/allowed.ts';

function allowedReason(text: string, file: string): string | undefined {
  return ALLOWED.find((entry) => entry.expression === text && entry.file === file)?.bound;
}

function staleEntries(all: readonly Expression[]): string[] {
  return ALLOWED.filter(({ expression, file }) => !all.some((one) => one.text === expression && one.file === file)).map(
    ({ expression, file }) => `scripts/regexes/allowed.ts: ${file} has no ${expression}; remove the entry`,
  );
}

/** The verdict on each expression. Analysed once: the cache is kept by the text of the expression and the analyser's version. */
async function verdictsOf(expressions: readonly string[]): Promise<Map<string, Verdict>> {
  const known = new Map<string, Verdict>(Object.entries(await readCache()));
  const waiting = [...new Set(expressions)].filter((text) => !known.has(keyOf(text)));
  const work = async () => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift())
      known.set(keyOf(next), await analyse(next));
  };
  if (waiting.length > 0) {
    await Promise.all(Array.from({ length: Math.max(2, availableParallelism()) }, work));
    await mkdir(dirname(cacheFile), { recursive: true });
    // On a busy machine an analysis can run out of time: it is not the verdict of the next one.
    await writeFile(
      cacheFile,
      JSON.stringify(Object.fromEntries([...known].filter(([, verdict]) => !isOpen(verdict)))),
    );
  }
  return new Map(expressions.map((text) => [text, known.get(keyOf(text)) ?? SAFE]));
}

const UNKNOWN = 'could not be analysed';
const isOpen = (verdict: Verdict) => verdict.startsWith(UNKNOWN);

async function readCache(): Promise<Record<string, Verdict>> {
  try {
    return JSON.parse(await readFile(cacheFile, 'utf8')) as Record<string, Verdict>;
  } catch {
    return {};
  }
}

function keyOf(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 32);
}

/** `safe`, or the time that an expression takes in the length of its text. @param text as it is written: `/a+/g` */
export async function analyse(text: string): Promise<Verdict> {
  const end = text.lastIndexOf('/');
  const result = await check(text.slice(1, end), text.slice(end + 1), { timeout: TIMEOUT_MS });
  if (result.status === 'safe') return SAFE;
  if (result.status === 'vulnerable') return `takes ${result.complexity.summary} time`;
  return `${UNKNOWN} (${result.error.kind})`;
}
