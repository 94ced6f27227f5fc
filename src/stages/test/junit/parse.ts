import { XMLParser, XMLValidator } from 'fast-xml-parser';
import type { CaseStatus, TestCase } from './report.ts';

/**
 * Reads JUnit XML as the known tools write it (pytest, JUnit and Surefire, Gradle, Jest, Mocha, PHPUnit, gotestsum,
 * GoogleTest, NUnit's and .NET's loggers, RSpec, cargo-nextest): there is no one schema. Suites nest, counts in attributes
 * are often wrong or missing, so that the cases themselves are counted.
 * @see https://github.com/testmoapp/junitxml for the elements and attributes in use
 * @throws Error that says why the text is not a JUnit report
 */
export function parseJUnit(xml: string): TestCase[] {
  const text = xml.replace(/^\uFEFF/, '').trim();
  if (text === '') throw new Error('it is empty');
  const valid = XMLValidator.validate(text, { allowBooleanAttributes: true });
  if (valid !== true) throw new Error(`it is not XML: ${valid.err.msg} (line ${valid.err.line})`);
  const root = (parser.parse(text) as Node[]).find((node) => nameOf(node) !== '?xml');
  const name = root ? nameOf(root) : '';
  if (!root || !/^(testsuites|testsuite|testrun|assemblies)$/.test(name)) {
    throw new Error(`its outermost element is <${name}>, not <testsuites> or <testsuite>`);
  }
  return casesOf(root, '');
}

/** With order kept: an element is { <name>: children, ':@': attributes }. */
type Node = Record<string, unknown>;

const parser = new XMLParser({
  preserveOrder: true,
  ignoreAttributes: false,
  attributeNamePrefix: '',
  parseTagValue: false,
  parseAttributeValue: false,
  trimValues: false,
  processEntities: true,
  htmlEntities: true,
});

const FAILED = ['failure', 'error', 'rerunFailure', 'rerunError'];

function casesOf(node: Node, suite: string): TestCase[] {
  const name = nameOf(node);
  if (name === 'testcase') return [caseOf(node, suite)];
  if (!name.startsWith('test')) return [];
  const own = name === 'testsuite' ? (attribute(node, 'name') ?? suite) : suite;
  const cases = childrenOf(node).flatMap((child) => casesOf(child, own));
  const broken = childrenOf(node).filter((child) => nameOf(child) === 'error' || nameOf(child) === 'failure');
  return [...cases, ...broken.map((problem) => brokenSuite(node, own, problem))];
}

/** A suite that failed as a whole: a module that cannot be imported, a set-up that threw. */
function brokenSuite(node: Node, suite: string, problem: Node): TestCase {
  return { ...locationOf(node), suite, name: '(suite)', status: 'failed', seconds: 0, ...messageOf(problem) };
}

function caseOf(node: Node, suite: string): TestCase {
  const children = childrenOf(node);
  const failure = children.find((child) => FAILED.slice(0, 2).includes(nameOf(child)));
  const skipped = children.find((child) => /^(skipped|disabled|ignored)$/.test(nameOf(child)));
  const told = attribute(node, 'status') ?? attribute(node, 'result') ?? '';
  const notRun = /^(skipped|disabled|ignored|notrun|suppressed)$/i.test(told);
  const status: CaseStatus = failure ? 'failed' : skipped || notRun ? 'skipped' : 'passed';
  const problem = failure ?? skipped;
  return {
    suite: attribute(node, 'classname') || suite,
    name: attribute(node, 'name') ?? '(no name)',
    status,
    seconds: secondsOf(attribute(node, 'time')),
    ...(problem ? messageOf(problem) : { message: '', text: '' }),
    ...locationOf(node),
  };
}

function messageOf(problem: Node): { message: string; text: string } {
  const text = textOf(problem).trim();
  const message = attribute(problem, 'message')?.trim() || text || attribute(problem, 'type') || '';
  return { message: message.split(/\r?\n/)[0] ?? '', text: text || message };
}

function locationOf(node: Node): { file: string | undefined; line: number | undefined } {
  const file = attribute(node, 'file') ?? attribute(node, 'filepath');
  const line = Number(attribute(node, 'line') ?? attribute(node, 'lineno'));
  return { file: file || undefined, line: Number.isInteger(line) && line > 0 ? line : undefined };
}

/** "1.5", and "1,234.5" as some tools write it. */
function secondsOf(time: string | undefined): number {
  const seconds = Number((time ?? '').replaceAll(',', ''));
  return Number.isFinite(seconds) && seconds > 0 ? seconds : 0;
}

function nameOf(node: Node): string {
  return Object.keys(node).find((key) => key !== ':@') ?? '';
}

function childrenOf(node: Node): Node[] {
  const children = node[nameOf(node)];
  return Array.isArray(children) ? (children as Node[]) : [];
}

function attribute(node: Node, name: string): string | undefined {
  const value = (node[':@'] as Record<string, unknown> | undefined)?.[name];
  return value === undefined ? undefined : String(value);
}

function textOf(node: Node): string {
  return childrenOf(node)
    .map((child) => {
      const own = child['#text'];
      return own === undefined ? textOf(child) : String(own);
    })
    .join('');
}
