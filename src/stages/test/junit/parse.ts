import { DIALECTS } from './dialects.ts';
import { type FailureText, failureMessage } from './failure-message.ts';
import { type CaseStatus, NAMELESS, type TestCase } from './report.ts';
import { attribute, childrenOf, type Node, nameOf, parseXml, textOf } from './xml.ts';

/** The outermost element belongs to no known kind of test report; a coverage report, for example. */
export class NotATestReport extends Error {}

/** The content of a report. */
export interface Report {
  cases: TestCase[];
  /** Failures that its attributes state; 0 where they state none. */
  stated: number;
}

/**
 * Reads the report of a test run: JUnit XML, xUnit.net v2, NUnit 3 or TRX. JUnit XML has no one schema; this reads it as the
 * known tools write it (pytest, JUnit and Surefire, Gradle, Jest, Mocha, PHPUnit, gotestsum, GoogleTest, RSpec,
 * cargo-nextest). Suites nest, and counts in attributes are often wrong or missing, so the cases themselves are counted.
 * @see https://github.com/testmoapp/junitxml for the elements and attributes in use
 * @throws NotATestReport for another kind of XML; Error with the reason for any other text
 */
export function readReport(xml: string): Report {
  const root = parseXml(xml);
  const name = nameOf(root);
  if (/^(testsuites|testsuite|testrun)$/.test(name)) return { cases: junitCases(root), stated: statedFailures(root) };
  const dialect = DIALECTS.find((one) => one.root === name);
  if (dialect !== undefined) return { cases: dialect.casesOf(root), stated: 0 };
  throw new NotATestReport(
    `its outermost element is <${name}>; JUnit has <testsuites> or <testsuite>, xUnit v2 <assemblies>, NUnit 3 <test-run>, TRX <TestRun>`,
  );
}

const FAILED = ['failure', 'error'];

/** Failures by the attributes of the outermost suites. They are often wrong, so they decide nothing. */
function statedFailures(root: Node): number {
  const stated = (node: Node) =>
    ['failures', 'errors']
      .map((name) => Number(attribute(node, name)))
      .reduce((sum, count) => sum + (Number.isInteger(count) && count > 0 ? count : 0), 0);
  const suites = childrenOf(root).filter((node) => nameOf(node) === 'testsuite');
  return Math.max(
    stated(root),
    suites.reduce((sum, node) => sum + stated(node), 0),
  );
}

/** Tools whose cases may share a name, and which write the last attempt alone: by the name of the outermost element. */
const FREE_NAMES = /^(jest|vitest|mocha) tests$/i;

/** Walks the tree and appends the cases to one list. */
function junitCases(root: Node): TestCase[] {
  const cases: TestCase[] = [];
  const free = FREE_NAMES.test(attribute(root, 'name') ?? '');
  let suites = 0;
  const visit = (node: Node, suite: string, within: number): void => {
    const name = nameOf(node);
    if (name === 'testcase') {
      // pytest gives each case a name of its own; pytest-rerunfailures writes one entry per attempt.
      const named = free || isOfNode(node, suite) ? 'freely' : suite === 'pytest' ? 'once' : undefined;
      cases.push({ ...caseOf(node, suite), ...(named === undefined ? {} : { named }), within });
    } else if (name.startsWith('test')) {
      const own = name === 'testsuite' ? (attribute(node, 'name') ?? suite) : suite;
      const number = ++suites;
      for (const child of childrenOf(node)) visit(child, own, number);
      for (const child of childrenOf(node))
        if (FAILED.includes(nameOf(child))) cases.push(brokenSuite(node, own, child));
    }
  };
  visit(root, '', 0);
  return cases;
}

/** The test runner of Node gives each case the class "test"; those of all files stand side by side, and none is an attempt. */
function isOfNode(node: Node, suite: string): boolean {
  return attribute(node, 'classname') === 'test' && suite !== 'pytest' && suite !== 'test';
}

/** A suite that failed as a whole: a module that cannot be imported, a set-up that threw. */
function brokenSuite(node: Node, suite: string, problem: Node): TestCase {
  return { ...locationOf(node), suite, name: '(suite)', status: 'failed', named: 'freely', ...messageOf(problem) };
}

function caseOf(node: Node, suite: string): TestCase {
  const children = childrenOf(node);
  const failure = children.find((child) => FAILED.includes(nameOf(child)));
  const skipped = children.find((child) => /^(skipped|disabled|ignored)$/.test(nameOf(child)));
  const stated = attribute(node, 'status') ?? attribute(node, 'result') ?? '';
  const notRun = /^(skipped|disabled|ignored|notrun|suppressed)$/i.test(stated);
  // Surefire, Gradle, cargo-nextest: a case that failed at first and passed in a later attempt.
  const flaky = children.find((child) => /^flaky(Failure|Error)$/.test(nameOf(child)));
  // A case all of whose attempts failed has them beside the first failure; without that, it has failed as well.
  const rerun = flaky ? undefined : children.find((child) => /^rerun(Failure|Error)$/.test(nameOf(child)));
  // Node writes the failure of a test that is still to do: it does not fail the run.
  const isToDo = skipped !== undefined && attribute(skipped, 'type') === 'todo';
  const failed = isToDo ? undefined : (failure ?? rerun);
  const broken = failed !== undefined || (flaky === undefined && /^(fail|failed|failure|error|errored)$/i.test(stated));
  const status: CaseStatus = broken ? 'failed' : skipped || notRun ? 'skipped' : flaky ? 'flaky' : 'passed';
  const problem = failed ?? skipped ?? flaky;
  return {
    suite: isOfNode(node, suite) ? suite : attribute(node, 'classname') || suite,
    name: attribute(node, 'name') || NAMELESS,
    status,
    ...(problem ? messageOf(problem) : { message: '', text: '' }),
    ...locationOf(node),
  };
}

function messageOf(problem: Node): FailureText {
  return failureMessage(attribute(problem, 'message'), textOf(problem), attribute(problem, 'type'));
}

function locationOf(node: Node): Pick<TestCase, 'file' | 'line'> {
  const file = attribute(node, 'file') ?? attribute(node, 'filepath');
  const line = Number(attribute(node, 'line') ?? attribute(node, 'lineno'));
  return { file: file || undefined, line: Number.isInteger(line) && line > 0 ? line : undefined };
}
