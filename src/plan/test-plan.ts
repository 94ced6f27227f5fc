import { join, resolve } from 'node:path';
import { imageOfTest, imagesOf } from '../config/images.ts';
import { nearest } from '../config/nearest.ts';
import type { Config, TestConfig } from '../config/schema.ts';
import { testsOf } from '../config/tests.ts';
import { UserError } from '../errors.ts';
import type { PipelineEvent } from '../event/pipeline-event.ts';
import type { TestInputs } from '../inputs/run-tests.ts';
import { commandLine } from '../objects/command-line.ts';
import { parseReference } from '../objects/image-reference.ts';
import { type Images, imageText, readImages } from '../objects/images.ts';
import { filledTexts } from '../objects/value.ts';
import { parseDuration } from '../text/duration.ts';
import type { ServiceCredentials } from './engines/engine.ts';
import { isDatabase } from './engines/engines.ts';
import { builtDir } from './images/records.ts';
import { suiteHash } from './images/suites.ts';
import { handOverName } from './images/tags.ts';
import { clientEnvOf, type PlannedService, planService, serviceConnections } from './services/service.ts';
import { throwaway } from './services/throwaway.ts';
import { databaseUser } from './services/user.ts';

const DEFAULT_TIMEOUT_MS = 10 * 60_000;

/** One test of slipway.yml, in full. */
export interface PlannedTest {
  name: string;
  /** The image that the test vouches for: a name in `images` of the plan. */
  image: string;
  /** Stage of that image's Dockerfile that the test runs in; undefined: the image itself. */
  target: string | undefined;
  /** Replaces the entrypoint of the image. */
  command: string[];
  env: Record<string, string>;
  services: PlannedService[];
  /** Path of the JUnit report in the image, relative to its working directory. */
  report: string | undefined;
  /** Path of the coverage report in the image, relative to its working directory. */
  coverage: string | undefined;
  timeoutMs: number;
  /** URL of the target of a black-box test. */
  baseUrl: string | undefined;
  /** Hash of its definition, for the statement that it passed. */
  hash: string;
}

/** An image that tests run in, or vouch for. */
export interface TestedImage {
  /** Its name in the engine, or a reference that can be pulled. */
  reference: string;
  /** The input named the image, so Slipway may pull it. */
  given: boolean;
  /** Absolute folder of the build context: reports name files relative to it. */
  contextDir: string;
}

/** The plan of run-tests. */
export interface TestPlan {
  app: string;
  sha: string;
  /** Name of the image in slipway.yml → image. */
  images: Record<string, TestedImage>;
  tests: PlannedTest[];
  skipped: { name: string; reason: string }[];
  /** Absolute folder of the application, for annotations. */
  workingDirectory: string;
  /** A part of the names and labels of everything that this run creates. */
  runId: string;
  /** Folder to which Slipway copies the reports. */
  reportsDir: string;
  /** Folder of the records of tested images; undefined outside of a runner. */
  recordsDir: string | undefined;
  /** Folder of the records of build-image; undefined outside of a runner. */
  builtDir: string | undefined;
  /** Absolute path of the results of the last run; undefined: nothing is compared. */
  historyFile: string | undefined;
  /** URL of this run, for the next comparison. */
  runUrl: string;
}

/** Values of the machine, from the entry, so that planning stays pure. */
export interface TestSurroundings {
  /** Random, in names and labels: 8 hexadecimal digits. */
  runId: string;
  /** Random password of the run's databases. */
  password: string;
  /** BASE_URL of the step. */
  baseUrl: string | undefined;
  /** RUNNER_TEMP */
  temp: string | undefined;
  /** The login for BASE_URL. */
  login?: { user: string; password: string } | undefined;
}

/** @throws UserError for a test that is not in slipway.yml, a service without image, or an invalid image name */
export function planTests(
  inputs: TestInputs,
  config: Config,
  event: Pick<PipelineEvent, 'sha'> & Partial<Pick<PipelineEvent, 'run'>>,
  surroundings: TestSurroundings,
): TestPlan {
  const all = Object.entries(testsOf(config));
  checkOnly(
    inputs.only,
    all.map(([name]) => name),
  );
  const chosen = all.filter(([name]) => inputs.only.length === 0 || inputs.only.includes(name));
  const needsUrl = ([, test]: [string, TestConfig]) => test.against === 'review' && surroundings.baseUrl === undefined;
  const { temp, runId } = surroundings;
  if (surroundings.baseUrl !== undefined) checkUrl(surroundings.baseUrl);
  return {
    app: config.app,
    sha: event.sha,
    images: testedImages(inputs, config, event.sha),
    tests: chosen
      .filter((entry) => !needsUrl(entry))
      .map(([name, test]) => planTest(name, test, config, { ...surroundings, sha: event.sha }, inputs.timeoutMs)),
    skipped: chosen
      .filter(needsUrl)
      .map(([name]) => ({ name, reason: 'runs against a review environment (or set BASE_URL)' })),
    workingDirectory: inputs.workingDirectory,
    runId,
    reportsDir: temp ? join(temp, 'slipway', 'reports', runId) : join(inputs.workingDirectory, '.slipway', 'reports'),
    recordsDir: temp ? join(temp, 'slipway', 'tested') : undefined,
    builtDir: builtDir(temp),
    historyFile: inputs.history === undefined ? undefined : resolve(inputs.workingDirectory, inputs.history),
    runUrl: event.run?.url ?? '',
  };
}

function testedImages(inputs: TestInputs, config: Config, sha: string): Record<string, TestedImage> {
  const images = imagesOf(config);
  const given = readImages(inputs.image, Object.keys(images));
  for (const reference of Object.values(given)) parseReference(reference);
  return Object.fromEntries(
    Object.entries(images).map(([name, { repository, context }]) => [
      name,
      {
        reference: given[name] ?? handOverName(repository, sha),
        given: given[name] !== undefined,
        contextDir: resolve(inputs.workingDirectory, context ?? '.'),
      },
    ]),
  );
}

/** The input of a plan of black-box tests. */
export interface BlackBoxInputs {
  /** Names of tests with `against: review`; undefined: all of them. */
  names: readonly string[] | undefined;
  url: string;
  /** Images that contain the tests: those of the commit that runs at the URL. */
  images: Images;
  sha: string;
  workingDirectory: string;
}

/** The plan of the black-box tests of slipway.yml (`against: review`) against a URL, for `runBlackBox`. */
export function planBlackBox(
  inputs: BlackBoxInputs,
  config: Config,
  surroundings: Omit<TestSurroundings, 'baseUrl'>,
): TestPlan {
  const all = Object.entries(testsOf(config)).filter(([, test]) => test.against === 'review');
  const only = [...(inputs.names ?? all.map(([name]) => name))];
  const { workingDirectory, sha, url } = inputs;
  const image = imageText(inputs.images);
  const around = { ...surroundings, baseUrl: url };
  const plan = planTests({ workingDirectory, image, only, timeoutMs: undefined }, config, { sha }, around);
  return only.length > 0 ? plan : { ...plan, tests: [] };
}

/** One test of slipway.yml with its defaults; `timeoutMs` wins over the configuration. */
function planTest(
  name: string,
  test: TestConfig,
  config: Config,
  surroundings: Pick<TestSurroundings, 'password' | 'baseUrl' | 'login'> & { sha: string },
  timeoutMs?: number,
): PlannedTest {
  const user = databaseUser(config.app);
  const image = imageOfTest(test, config) ?? '';
  const credentials: ServiceCredentials = { user, password: surroundings.password, database: user };
  const services = (test.services ?? []).map((service, index) =>
    throwaway(planService(service, credentials, `tests.${name}.services[${index}]`)),
  );
  refuseTwice(name, services);
  const baseUrl = test.against === 'review' ? surroundings.baseUrl : undefined;
  const configured = test.timeout === undefined ? undefined : parseDuration(test.timeout, `tests.${name}.timeout`);
  return {
    name,
    image,
    target: test.target?.toLowerCase() === imagesOf(config)[image]?.target?.toLowerCase() ? undefined : test.target,
    command: commandLine(test.run),
    env: {
      CI: 'true',
      ...clientEnvOf(services),
      ...(baseUrl ? baseEnv(baseUrl, surroundings.login) : {}),
      ...filledTexts(test.env ?? {}, testValues(services, surroundings.sha)),
    },
    services,
    report: test.report,
    coverage: test.coverage,
    timeoutMs: timeoutMs ?? configured ?? DEFAULT_TIMEOUT_MS,
    baseUrl,
    hash: suiteHash(test),
  };
}

/** Placeholders of the variables of a test: {commit}, its services, and the first database among them. */
function testValues(services: readonly PlannedService[], commit: string): Record<string, string> {
  const database = services.find(({ engine }) => engine !== undefined && isDatabase(engine));
  const parts = Object.entries(database?.connection ?? {}).map(([part, value]) => [`database.${part}`, value]);
  return { commit, ...serviceConnections(services), ...Object.fromEntries(parts) };
}

/** Not in the URL: many HTTP clients refuse a login there, and logs would contain it. */
function baseEnv(url: string, login: TestSurroundings['login']): Record<string, string> {
  return { BASE_URL: url, ...(login ? { BASE_USERNAME: login.user, BASE_PASSWORD: login.password } : {}) };
}

function checkOnly(only: readonly string[], known: readonly string[]): void {
  for (const name of only) {
    if (known.includes(name)) continue;
    const near = nearest(name, known);
    throw new UserError(`input \`only\`: there is no test "${name}" in slipway.yml`, {
      remedy: near ? `Did you mean "${near}"?` : `There are: ${known.join(', ') || 'none'}.`,
    });
  }
}

function checkUrl(url: string): void {
  if (URL.canParse(url) && /^(https?|tcp):$/.test(new URL(url).protocol)) return;
  throw new UserError(`BASE_URL is "${url}"`, { remedy: 'Write an address that begins with https:// or http://.' });
}

function refuseTwice(test: string, services: readonly PlannedService[]): void {
  const names = services.map((service) => service.name);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice === undefined) return;
  throw new UserError(`tests.${test}.services: two services are named "${twice}"`, {
    remedy: 'Give one of them another `name`: it is its host name.',
  });
}
