import { describe, expect, it } from 'vitest';
import { readReport } from '../../../../../src/stages/test/junit/parse.ts';
import { countCases } from '../../../../../src/stages/test/junit/report.ts';
import { joinReruns } from '../../../../../src/stages/test/junit/reruns.ts';

const parseReport = (xml: string) => readReport(xml).cases;

const failed = (name: string, message = 'no') =>
  `<testcase classname="C" name="${name}"><failure message="${message}"/></testcase>`;
const passed = (name: string) => `<testcase classname="C" name="${name}"/>`;
const read = (...cases: string[]) => joinReruns(parseReport(`<testsuite name="s">${cases.join('')}</testsuite>`));

describe('hb-09: a case that was run again', () => {
  it('and passed in the end is flaky, with the message of its failure, and counts as passed', () => {
    const cases = read(passed('a'), failed('b', 'first'), failed('b', 'second'), passed('b'));
    expect(cases).toMatchObject([{ name: 'a' }, { name: 'b', status: 'flaky', message: 'second' }]);
    expect(countCases(cases)).toEqual({ passed: 2, failed: 0, skipped: 0 });
  });

  it('and failed in the end has failed once', () => {
    const cases = read(failed('b', 'first'), failed('b', 'last'));
    expect(cases).toMatchObject([{ status: 'failed', message: 'last' }]);
    expect(countCases(read(passed('b'), failed('b')))).toEqual({ passed: 0, failed: 1, skipped: 0 });
  });

  it('is not skipped by it: a failure stays', () => {
    const skipped = '<testcase classname="C" name="b"><skipped/></testcase>';
    expect(countCases(read(failed('b'), skipped))).toEqual({ passed: 0, failed: 1, skipped: 1 });
  });

  it('is the case of one suite and name: all others are cases of their own', () => {
    const cases = read(passed('p'), passed('p'), failed('b'), '<testcase classname="D" name="b"/>');
    expect(countCases(cases)).toEqual({ passed: 3, failed: 1, skipped: 0 });
  });

  it('stands in one suite: the same case in another browser is another case', () => {
    const browser = (name: string, inner: string) =>
      `<testsuite name="cart.spec.ts" hostname="${name}"><testcase classname="cart.spec.ts" name="adds">${inner}</testcase></testsuite>`;
    const two = `<testsuites>${browser('chromium', '<failure message="no"/>')}${browser('firefox', '')}</testsuites>`;
    expect(countCases(joinReruns(parseReport(two)))).toEqual({ passed: 1, failed: 1, skipped: 0 });
  });

  it.each(['jest tests', 'vitest tests', 'Mocha Tests'])('is never one of %s, whose cases share names', (tool) => {
    const cases = `<testsuite name="cart">${failed('adds')}${passed('adds')}</testsuite>`;
    const report = `<testsuites name="${tool}">${cases}</testsuites>`;
    expect(countCases(joinReruns(parseReport(report)))).toEqual({ passed: 1, failed: 1, skipped: 0 });
  });

  it('has a name: a failure without one stays', () => {
    const nameless = '<testcase classname="C"><failure/></testcase><testcase classname="C"/>';
    expect(countCases(read(nameless, nameless.replaceAll('classname', 'name="" classname')))).toMatchObject({
      failed: 2,
    });
  });

  it('is none of .NET: methods of two classes share their name', () => {
    const result = (id: string, outcome: string) =>
      `<UnitTestResult testId="${id}" testName="Works" outcome="${outcome}"/>`;
    const named = (id: string, name: string) =>
      `<UnitTest id="${id}" name="Works"><TestMethod className="${name}" name="Works"/></UnitTest>`;
    const trx = `<TestRun><Results>${result('1', 'Failed')}${result('2', 'Passed')}</Results>
      <TestDefinitions>${named('1', 'Shop.Cart')}${named('2', 'Shop.Till')}</TestDefinitions></TestRun>`;
    expect(joinReruns(parseReport(trx))).toMatchObject([
      { suite: 'Shop.Cart', status: 'failed' },
      { suite: 'Shop.Till', status: 'passed' },
    ]);
    // Rows of data in one class share their name as well.
    expect(countCases(joinReruns(parseReport(trx.replace('Till', 'Cart'))))).toMatchObject({ failed: 1, passed: 1 });
  });

  it('as gotestsum and Gradle write it', () => {
    const gotestsum = `<testsuites tests="3" failures="1"><testsuite tests="3" failures="1" name="example.dev/cart">
      <testcase classname="example.dev/cart" name="TestTotal" time="0.010"></testcase>
      <testcase classname="example.dev/cart" name="TestReserve" time="0.200"><failure message="Failed" type="">=== RUN   TestReserve&#xA;    cart_test.go:41: dial tcp: i/o timeout&#xA;--- FAIL: TestReserve (0.20s)&#xA;</failure></testcase>
      <testcase classname="example.dev/cart" name="TestReserve" time="0.202"></testcase></testsuite></testsuites>`;
    const cases = joinReruns(parseReport(gotestsum));
    expect(countCases(cases)).toEqual({ passed: 2, failed: 0, skipped: 0 });
    expect(cases[1]).toMatchObject({ status: 'flaky', message: 'cart_test.go:41: dial tcp: i/o timeout' });
  });

  it('as pytest-rerunfailures writes it: an entry for each attempt, and no word about the earlier ones', () => {
    const once = (...cases: string[]) =>
      joinReruns(parseReport(`<testsuites><testsuite name="pytest">${cases.join('')}</testsuite></testsuites>`));
    const flaky = once(passed('a'), passed('b'), passed('b'), passed('c[1]'), passed('c[2]'));
    expect(flaky.map(({ name, status }) => [name, status])).toEqual([
      ['a', 'passed'],
      ['b', 'flaky'],
      ['c[1]', 'passed'],
      ['c[2]', 'passed'],
    ]);
    const stayed = once(passed('a'), passed('a'), failed('a', 'assert False'));
    expect(stayed).toMatchObject([{ name: 'a', status: 'failed', message: 'assert False' }]);
    expect(countCases(once(passed('a'), '<testcase classname="C" name="a"><skipped/></testcase>'))).toEqual({
      ...{ passed: 1, failed: 0, skipped: 1 },
    });
  });
});
