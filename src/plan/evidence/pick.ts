import type { JobIdentity } from '../../ports.ts';
import type { BuildFacts, Statement, SuiteFacts } from './statement.ts';

/** A statement that this run believes. */
export interface Believed extends Statement {
  /** A run of the default branch wrote it. */
  byDefaultBranch: boolean;
  /** The job that wrote it. */
  signer: JobIdentity;
}

/** A suite of slipway.yml, as a run requires it. */
export interface WantedSuite {
  name: string;
  /** Hash of its definition; undefined: any. */
  hash: string | undefined;
}

/** A build with everything that allows to use its image again. */
export interface Reusable {
  build: BuildFacts;
  suites: SuiteFacts[];
  /** The default branch vouches for all of it. */
  byDefaultBranch: boolean;
}

interface Wanted {
  sourceKey: string;
  /** Source keys of the other stages that tests run in. */
  stages: Readonly<Record<string, string>>;
  suites: readonly WantedSuite[];
  maxAgeMs: number;
}

/** What the statements about an image prove, or why they do not allow to use it again. */
export function pickReusable(
  believed: readonly Believed[],
  wanted: Wanted,
  now: number,
): Reusable | { missing: string } {
  const builds = believed.flatMap((one) =>
    one.facts.kind === 'build' && one.facts.build.sourceKey === wanted.sourceKey
      ? [{ build: one.facts.build, byDefaultBranch: one.byDefaultBranch }]
      : [],
  );
  // The default branch first: it vouches also for what it verified.
  const [found] = builds
    .filter(({ build, byDefaultBranch }) => byDefaultBranch || build.caches.length === 0)
    .sort(
      (a, b) =>
        Number(b.byDefaultBranch) - Number(a.byDefaultBranch) || (a.build.finishedOn < b.build.finishedOn ? 1 : -1),
    );
  if (found === undefined)
    return { missing: builds.length > 0 ? OTHERS_CACHE : 'nothing that counts says from what it was built' };
  const age = now - Date.parse(found.build.finishedOn);
  if (!(age <= wanted.maxAgeMs))
    return { missing: `it was built on ${found.build.finishedOn}, longer ago than image.maxAge` };
  if (age < -CLOCKS_DIFFER_MS)
    return { missing: `it was built on ${found.build.finishedOn}, which is in the future: a clock is wrong` };
  const stage = Object.entries(wanted.stages).find(([name, key]) => found.build.stages[name] !== key);
  if (stage) return { missing: `the stage ${stage[0]}, in which tests ran, was made from other sources` };
  const suites = wanted.suites.map((suite) => ({ suite, passed: passedSuite(believed, suite) }));
  const open = suites.filter(({ passed }) => passed === undefined).map(({ suite }) => suite.name);
  if (open.length > 0)
    return { missing: `nothing that counts says that ${open.join(', ')} passed as slipway.yml has it now` };
  const passed = suites.flatMap(({ passed: one }) => (one === undefined ? [] : [one]));
  return {
    build: found.build,
    suites: passed.map(({ suite }) => suite),
    byDefaultBranch: found.byDefaultBranch && passed.every((one) => one.byDefaultBranch),
  };
}

/** Milliseconds by which the clocks of two runners may differ. */
const CLOCKS_DIFFER_MS = 5 * 60_000;

const OTHERS_CACHE = 'the build of a pull request read a cache that pull requests write';

/** The statement that a suite passed; that of the default branch first. */
export function passedSuite(
  believed: readonly Believed[],
  { name, hash }: WantedSuite,
): { suite: SuiteFacts; byDefaultBranch: boolean } | undefined {
  const found = believed.flatMap(({ facts, byDefaultBranch }) =>
    facts.kind === 'suite' && facts.suite.name === name && (hash === undefined || facts.suite.hash === hash)
      ? [{ suite: facts.suite, byDefaultBranch }]
      : [],
  );
  return found.find(({ byDefaultBranch }) => byDefaultBranch) ?? found[0];
}
