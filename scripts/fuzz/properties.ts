import { readdirSync } from 'node:fs';
import { fileURLToPath, pathToFileURL } from 'node:url';
import fc from 'fast-check';

export interface Property {
  name: string;
  property: fc.IProperty<unknown> | fc.IAsyncProperty<unknown>;
}

const folder = fileURLToPath(new URL('../../test/fuzz/', import.meta.url));

/** The properties of every file of test/fuzz that exports some, in the order of the files' names. */
export async function loadProperties(): Promise<Property[]> {
  const files = readdirSync(folder).filter((file) => file.endsWith('.ts'));
  const modules = await Promise.all(
    files
      .sort()
      .map(async (file) => (await import(pathToFileURL(`${folder}${file}`).href)) as { properties?: Property[] }),
  );
  return modules.flatMap(({ properties = [] }) => properties);
}

export interface Checked {
  runs: number;
  /** The counterexample, shrunk, with the seed that finds it again; undefined when the property held. */
  problem: string | undefined;
}

/** Milliseconds for one value: more is a counterexample of its own. */
const LONGEST_MS = 60_000;

/**
 * Checks a property with values from a seed, for so many runs or milliseconds, whichever ends first. Where no run ends in that
 * time, as on a busy machine, the first one gets a minute.
 */
export async function checkProperty(
  { name, property }: Property,
  { seed, numRuns, ms }: { seed: number; numRuns: number; ms: number },
): Promise<Checked> {
  const options = { seed, numRuns, interruptAfterTimeLimit: ms, markInterruptAsFailure: false, verbose: 0 };
  const result = await fc.check(property as fc.IAsyncProperty<unknown>, options);
  if (result.failed && result.interrupted && result.counterexample === null) {
    if (ms < LONGEST_MS) return checkProperty({ name, property }, { seed, numRuns: 1, ms: LONGEST_MS });
    return { runs: 0, problem: `${name}: one value took more than ${LONGEST_MS / 1_000} s\nseed ${seed}` };
  }
  if (!result.failed) return { runs: result.numRuns, problem: undefined };
  const cause = result.errorInstance instanceof Error ? result.errorInstance.message : String(result.errorInstance);
  const example = fc.stringify(result.counterexample);
  return {
    runs: result.numRuns,
    problem: `${name}: ${cause}\nseed ${seed}, path ${result.counterexamplePath}\n${example}`,
  };
}
