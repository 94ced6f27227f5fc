import * as z from 'zod';

/** @see https://github.com/in-toto/attestation/blob/v1.1.0/spec/v1/statement.md */
const STATEMENT_TYPE = 'https://in-toto.io/Statement/v1';
/** How an image was built. @see https://slsa.dev/spec/v1.0/provenance */
export const PROVENANCE = 'https://slsa.dev/provenance/v1';
/** A passed suite. @see https://github.com/in-toto/attestation/blob/main/spec/predicates/test-result.md */
export const TEST_RESULT = 'https://in-toto.io/attestation/test-result/v0.1';
/** Media type of a statement, and type of the artifact that holds it. */
export const STATEMENT_MEDIA = 'application/vnd.in-toto+json';
/** What the parameters of a build of ours mean: the source key of docs/images.md. */
const BUILD_TYPE = 'https://slipway.dev/build/v1';

/** A by-product of a build: the bill of materials of its image. */
const SBOM_NAME = 'sbom.spdx.json';

/** The image that a statement is about. */
export interface Subject {
  repository: string;
  /** sha256:… of its manifest or index. */
  digest: string;
}

/** How and when an image was built. */
export interface BuildFacts {
  sourceKey: string;
  /** Source keys of the other stages that its tests ran in, by their names in slipway.yml. */
  stages: Record<string, string>;
  /** ISO 8601: the end of the build. */
  finishedOn: string;
  /** Caches that the build read and that others can write. */
  caches: string[];
  /** The images that it read → digest. */
  images: Record<string, string>;
  /** URL of the repository, and the commit. */
  source: { url: string; commit: string };
  /** URL of the run. */
  run: string;
  /** Digests of the SPDX documents of the image; undefined: this job attached none. */
  sboms?: string[] | undefined;
}

/** A suite that passed in an image. */
export interface SuiteFacts {
  /** Name of the test in slipway.yml. */
  name: string;
  /** Hash of its definition. */
  hash: string;
  /** URL of the run in which it ran. */
  run: string;
  counts: { passed: number; failed: number; skipped: number } | undefined;
  /** Percentages of the covered code; undefined without a coverage report. */
  coverage?: { lines: number; branches?: number | undefined } | undefined;
}

/** The content of a statement. */
export type Facts = { kind: 'build'; build: BuildFacts } | { kind: 'suite'; suite: SuiteFacts };

export interface Statement {
  subject: Subject;
  facts: Facts;
}

/** The JSON of a statement. */
export function writeStatement({ subject, facts }: Statement): string {
  const [algorithm = '', hex = ''] = subject.digest.split(':');
  return JSON.stringify({
    _type: STATEMENT_TYPE,
    subject: [{ name: subject.repository, digest: { [algorithm]: hex } }],
    ...(facts.kind === 'build' ? provenance(facts.build) : testResult(facts.suite)),
  });
}

/** The predicate type of facts: what a registry shows of them. */
export function predicateType({ kind }: Facts): string {
  return kind === 'build' ? PROVENANCE : TEST_RESULT;
}

function provenance({ sourceKey, stages, finishedOn, caches, images, source, run, sboms = [] }: BuildFacts): object {
  const byproducts = sboms.map((digest) => ({
    name: SBOM_NAME,
    mediaType: 'application/spdx+json',
    digest: digestMap(digest),
  }));
  const dependency = ([name, digest]: [string, string]) => ({
    uri: `docker-image://${name}`,
    digest: digestMap(digest),
  });
  return {
    predicateType: PROVENANCE,
    predicate: {
      buildDefinition: {
        buildType: BUILD_TYPE,
        externalParameters: { sourceKey, ...(Object.keys(stages).length === 0 ? {} : { stages }) },
        internalParameters: { caches },
        resolvedDependencies: [
          { uri: `git+${source.url}`, digest: { gitCommit: source.commit } },
          ...Object.entries(images).map(dependency),
        ],
      },
      runDetails: {
        builder: { id: source.url },
        metadata: { invocationId: run, finishedOn },
        ...(byproducts.length > 0 ? { byproducts } : {}),
      },
    },
  };
}

function digestMap(digest: string): Record<string, string> {
  const [algorithm = '', hex = ''] = digest.split(':');
  return { [algorithm]: hex };
}

function testResult({ name, hash, run, counts, coverage }: SuiteFacts): object {
  const { lines, branches } = coverage ?? {};
  const shares = { ...(lines === undefined ? {} : { lines }), ...(branches === undefined ? {} : { branches }) };
  const numbers = Object.entries({ ...counts, ...shares }).map(([key, value]) => [key, String(value)]);
  const annotations = numbers.length === 0 ? {} : { annotations: Object.fromEntries(numbers) };
  return {
    predicateType: TEST_RESULT,
    predicate: {
      result: 'PASSED',
      configuration: [{ name, uri: `slipway.yml#tests.${name}`, digest: { sha256: hash }, ...annotations }],
      url: run,
    },
  };
}

const text = z.string().max(4_000);
const hex = z.string().regex(/^[0-9a-f]{64}$/);
const subjects = z.tuple([z.object({ name: text, digest: z.object({ sha256: hex }) })]);
const dependencies = z.array(z.object({ uri: text, digest: z.record(text, text) })).max(1_000);
const count = z
  .string()
  .regex(/^\d{1,9}$/)
  .transform(Number);
const percent = z
  .string()
  .regex(/^\d{1,3}(\.\d{1,20})?$/)
  .transform(Number);

const buildSchema = z.object({
  _type: z.literal(STATEMENT_TYPE),
  subject: subjects,
  predicateType: z.literal(PROVENANCE),
  predicate: z.object({
    buildDefinition: z.object({
      buildType: z.literal(BUILD_TYPE),
      externalParameters: z.object({ sourceKey: text, stages: z.record(text, text).default({}) }),
      internalParameters: z.object({ caches: z.array(text).max(100) }),
      resolvedDependencies: dependencies,
    }),
    runDetails: z.object({
      builder: z.object({ id: text }),
      metadata: z.object({ invocationId: text, finishedOn: z.iso.datetime() }),
      byproducts: z
        .array(z.object({ name: text, digest: z.object({ sha256: hex }) }))
        .max(100)
        .optional(),
    }),
  }),
});

const suiteSchema = z.object({
  _type: z.literal(STATEMENT_TYPE),
  subject: subjects,
  predicateType: z.literal(TEST_RESULT),
  predicate: z.object({
    result: z.literal('PASSED'),
    configuration: z.tuple([
      z.object({
        name: text,
        digest: z.object({ sha256: hex }),
        annotations: z
          .object({ passed: count, failed: count, skipped: count, lines: percent, branches: percent })
          .partial()
          .default({}),
      }),
    ]),
    url: text,
  }),
});

/** A statement as `writeStatement` writes it; undefined for every other content, which somebody else may have attached. */
export function readStatement(content: string): Statement | undefined {
  let json: unknown;
  try {
    json = JSON.parse(content);
  } catch {
    return undefined;
  }
  const build = buildSchema.safeParse(json);
  if (build.success)
    return { subject: subjectOf(build.data.subject[0]), facts: { kind: 'build', build: buildOf(build.data) } };
  const suite = suiteSchema.safeParse(json);
  if (!suite.success) return undefined;
  const { url, configuration } = suite.data.predicate;
  const [{ name, digest, annotations }] = configuration;
  const facts = { name, hash: digest.sha256, run: url, ...numbersOf(annotations) };
  return { subject: subjectOf(suite.data.subject[0]), facts: { kind: 'suite', suite: facts } };
}

function numbersOf(given: Partial<Record<'passed' | 'failed' | 'skipped' | 'lines' | 'branches', number | undefined>>) {
  const { passed, failed, skipped, lines, branches } = given;
  const counted = passed !== undefined && failed !== undefined && skipped !== undefined;
  const counts = counted ? { passed, failed, skipped } : undefined;
  return { counts, ...(lines === undefined ? {} : { coverage: { lines, branches } }) };
}

function subjectOf({ name, digest }: { name: string; digest: { sha256: string } }): Subject {
  return { repository: name, digest: `sha256:${digest.sha256}` };
}

function buildOf({ predicate: { buildDefinition, runDetails } }: z.infer<typeof buildSchema>): BuildFacts {
  const [source, ...images] = buildDefinition.resolvedDependencies;
  const sboms = (runDetails.byproducts ?? [])
    .filter(({ name }) => name === SBOM_NAME)
    .map(({ digest }) => `sha256:${digest.sha256}`);
  return {
    sourceKey: buildDefinition.externalParameters.sourceKey,
    stages: buildDefinition.externalParameters.stages,
    finishedOn: runDetails.metadata.finishedOn,
    caches: buildDefinition.internalParameters.caches,
    images: Object.fromEntries(
      images.map(({ uri, digest }) => [
        uri.replace(/^docker-image:\/\//, ''),
        Object.entries(digest)[0]?.join(':') ?? '',
      ]),
    ),
    source: { url: (source?.uri ?? '').replace(/^git\+/, ''), commit: source?.digest.gitCommit ?? '' },
    run: runDetails.metadata.invocationId,
    ...(sboms.length > 0 ? { sboms } : {}),
  };
}
