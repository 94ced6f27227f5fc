import { failureMessage } from './failure-message.ts';
import { type CaseStatus, NAMELESS, type TestCase } from './report.ts';
import { attribute, childOf, childrenOf, type Node, nameOf, textOf } from './xml.ts';

/** A report that is not JUnit XML. */
export interface Dialect {
  /** Name of its outermost element. */
  root: string;
  casesOf(root: Node): TestCase[];
}

/** Statuses by the words of a format, in lower case. An unknown word is a failure. */
type Words = Record<string, CaseStatus>;

/** @see https://xunit.net/docs/format-xml-v2 */
const xunit: Dialect = {
  root: 'assemblies',
  casesOf: (root) => [
    ...all(root, 'test').map((node) => {
      const failure = childOf(node, 'failure');
      const reason = textOf(childOf(node, 'reason')) || attribute(node, 'reason');
      return testCase(node, {
        suite: attribute(node, 'type'),
        status: statusOf(attribute(node, 'result'), { pass: 'passed', skip: 'skipped', notrun: 'skipped' }),
        message: failure ? textOf(childOf(failure, 'message')) : reason,
        stack: textOf(childOf(failure, 'stack-trace')),
      });
    }),
    ...all(root, 'error').map((node) =>
      testCase(node, {
        suite: '',
        name: attribute(node, 'name') ?? `(${attribute(node, 'type') ?? 'error'})`,
        status: 'failed',
        message: textOf(childOf(node, 'failure', 'message')),
        stack: textOf(childOf(node, 'failure', 'stack-trace')),
      }),
    ),
  ],
};

/** @see https://docs.nunit.org/articles/nunit/technical-notes/usage/Test-Result-XML-Format.html */
const nunit: Dialect = {
  root: 'test-run',
  casesOf: (root) => [
    ...all(root, 'test-case').map((node) => nunitCase(node)),
    // A fixture whose set-up failed; a fixture that failed by its cases has the site Child.
    ...all(root, 'test-suite')
      .filter((node) => attribute(node, 'result') === 'Failed' && (attribute(node, 'site') ?? 'Child') !== 'Child')
      .map((node) => nunitCase(node)),
  ],
};

function nunitCase(node: Node): TestCase {
  const words: Words = { passed: 'passed', warning: 'passed', skipped: 'skipped', inconclusive: 'skipped' };
  return testCase(node, {
    suite: attribute(node, 'classname'),
    status: statusOf(attribute(node, 'result'), words),
    message: textOf(childOf(node, 'failure', 'message') ?? childOf(node, 'reason', 'message')),
    stack: textOf(childOf(node, 'failure', 'stack-trace')),
  });
}

/** @see https://learn.microsoft.com/dotnet/core/tools/dotnet-test (`--logger trx`), and vstst.xsd of Visual Studio */
const trx: Dialect = {
  root: 'TestRun',
  casesOf: (root) => {
    const words: Words = {
      passed: 'passed',
      passedbutrunaborted: 'failed',
      notexecuted: 'skipped',
      inconclusive: 'skipped',
    };
    const classes = new Map(
      all(root, 'UnitTest').map((node) => [
        attribute(node, 'id'),
        attribute(childOf(node, 'TestMethod') ?? {}, 'className'),
      ]),
    );
    return [
      ...all(root, 'UnitTestResult').map((node) => {
        const name = attribute(node, 'testName');
        const suite = classes.get(attribute(node, 'testId'));
        return testCase(node, {
          // Some adapters write the class into the name as well.
          suite: suite !== undefined && name?.startsWith(`${suite}.`) ? '' : suite,
          name,
          status: statusOf(attribute(node, 'outcome'), words),
          message: textOf(childOf(node, 'Output', 'ErrorInfo', 'Message')),
          stack: textOf(childOf(node, 'Output', 'ErrorInfo', 'StackTrace')),
        });
      }),
      // The run itself broke: its host crashed, or no test adapter was found.
      ...all(root, 'RunInfo')
        .filter((node) => attribute(node, 'outcome') === 'Error')
        .map((node) =>
          testCase(node, { suite: '', name: '(run)', status: 'failed', message: textOf(childOf(node, 'Text')) }),
        ),
    ];
  },
};

export const DIALECTS: readonly Dialect[] = [xunit, nunit, trx];

function statusOf(word: string | undefined, words: Words): CaseStatus {
  return words[(word ?? '').toLowerCase()] ?? 'failed';
}

function testCase(
  node: Node,
  parts: {
    suite: string | undefined;
    name?: string | undefined;
    status: CaseStatus;
    message?: string | undefined;
    stack?: string;
  },
): TestCase {
  const { suite = '', name = attribute(node, 'name') ?? NAMELESS, status, message = '', stack = '' } = parts;
  const body = stack === '' ? message : `${message}\n${stack}`;
  const problem = status === 'passed' ? { message: '', text: '' } : failureMessage(message, body);
  return { suite, name, status, ...problem, file: undefined, line: undefined, named: 'freely' };
}

/** All elements of a name, in their order. */
function all(root: Node, name: string): Node[] {
  const found: Node[] = [];
  const visit = (node: Node): void => {
    if (nameOf(node) === name) found.push(node);
    for (const child of childrenOf(node)) visit(child);
  };
  visit(root);
  return found;
}
