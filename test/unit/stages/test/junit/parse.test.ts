import { describe, expect, it } from 'vitest';
import { NotATestReport, readReport } from '../../../../../src/stages/test/junit/parse.ts';
import { countCases } from '../../../../../src/stages/test/junit/report.ts';
import { joinReruns } from '../../../../../src/stages/test/junit/reruns.ts';

const parseReport = (xml: string) => readReport(xml).cases;

const suite = (cases: string, attributes = 'name="s"') => `<testsuite ${attributes}>${cases}</testsuite>`;

describe('JUnit reports', () => {
  it('of pytest', () => {
    const cases = parseReport(`<?xml version="1.0" encoding="utf-8"?><testsuites name="pytest tests">
      <testsuite name="pytest" errors="0" failures="1" skipped="1" tests="3" time="0.042">
        <testcase classname="tests.unit.test_lots" name="test_create" time="0.011" />
        <testcase classname="tests.unit.test_lots" name="test_full[0-1]" time="0.002">
          <failure message="assert 1 == 2&#10; +  where 1 = len([])">def test_full():
&gt;       assert 1 == 2
E       assert 1 == 2

tests/unit/test_lots.py:14: AssertionError</failure>
        </testcase>
        <testcase classname="tests.unit.test_lots" name="test_later" time="0.000">
          <skipped type="pytest.skip" message="no database">/app/tests/unit/test_lots.py:20: no database</skipped>
        </testcase>
      </testsuite></testsuites>`);
    expect(cases).toMatchObject([
      { suite: 'tests.unit.test_lots', name: 'test_create', status: 'passed' },
      { name: 'test_full[0-1]', status: 'failed', message: 'assert 1 == 2' },
      { name: 'test_later', status: 'skipped', message: 'no database' },
    ]);
    expect(cases[1]?.text).toContain('tests/unit/test_lots.py:14: AssertionError');
  });

  it('with a bare <testsuite> as root', () => {
    expect(parseReport(suite('<testcase name="a"/>'))).toMatchObject([{ suite: 's', name: 'a', status: 'passed' }]);
  });

  it('with nested suites, as PHPUnit and Mocha write them', () => {
    const nested = suite(suite(suite('<testcase name="a"/>', 'name="inner"')), 'name="outer"');
    expect(parseReport(`<testsuites>${nested}</testsuites>`)).toMatchObject([{ suite: 'inner', name: 'a' }]);
  });

  it('with errors beside failures, as JUnit tells them apart', () => {
    const cases = parseReport(
      suite('<testcase name="a"><error type="java.lang.NullPointerException"/></testcase><testcase name="b"/>'),
    );
    expect(countCases(cases)).toEqual({ passed: 1, failed: 1, skipped: 0 });
    expect(cases[0]?.message).toBe('java.lang.NullPointerException');
  });

  it('with a suite that failed as a whole', () => {
    const cases = parseReport(suite('<error message="cannot import app">Traceback</error>', 'name="app" errors="1"'));
    expect(cases).toMatchObject([{ suite: 'app', name: '(suite)', status: 'failed', message: 'cannot import app' }]);
  });

  it('of Surefire: a flaky case that passed in the end is passed', () => {
    const flaky = '<testcase name="a"><flakyFailure message="first try"/></testcase>';
    expect(parseReport(suite(flaky))[0]?.status).toBe('flaky');
    expect(countCases(parseReport(suite(flaky)))).toEqual({ passed: 1, failed: 0, skipped: 0 });
    expect(parseReport(suite(flaky))[0]?.message).toBe('first try');
  });

  it('of Surefire and Gradle: a case all of whose attempts failed has failed once', () => {
    const attempts = '<failure message="first"/><rerunFailure message="second"/><rerunError message="third"/>';
    const cases = parseReport(suite(`<testcase name="a">${attempts}</testcase>`));
    expect(cases).toMatchObject([{ status: 'failed', message: 'first' }]);
    const [alone] = parseReport(suite('<testcase name="a"><rerunFailure message="second"/></testcase>'));
    expect(alone).toMatchObject({ status: 'failed', message: 'second' });
  });

  it('of pytest-rerunfailures: a case that failed in the end, beside its earlier attempts', () => {
    const attempts = '<flakyFailure message="first"/><failure message="last"/>';
    expect(parseReport(suite(`<testcase name="a">${attempts}</testcase>`))).toMatchObject([
      { status: 'failed', message: 'last' },
    ]);
  });

  it('hb-09: of go test: the message is the line that says why', () => {
    const text = '=== RUN   TestTotal&#xA;    cart_test.go:41: got 3, want 4&#xA;--- FAIL: TestTotal (0.00s)&#xA;';
    const [one] = parseReport(
      suite(`<testcase name="TestTotal"><failure message="Failed" type="">${text}</failure></testcase>`),
    );
    expect(one?.message).toBe('cart_test.go:41: got 3, want 4');
  });

  it('with a message and a text of megabytes: both are cut, and keep their ends', () => {
    const text = `start${'x'.repeat(1 << 20)}&#10;at test.py:7`;
    const [one] = parseReport(
      suite(`<testcase name="a"><failure message="${'m'.repeat(1 << 20)}">${text}</failure></testcase>`),
    );
    expect(one?.message).toMatch(/^m{1000} … \[\d+ characters are cut\]$/);
    expect(one?.text.length).toBeLessThan(17_000);
    expect(one?.text).toMatch(/^startx+\n… \[\d+ characters are cut\]\nx+\nat test\.py:7$/);
  });

  it('hb-18: with a style sheet, comments and white space before the root', () => {
    const xml = `<?xml version="1.0"?>\n<!-- made by x -->\n<?xml-stylesheet type="text/xsl" href="j.xsl"?>\n${suite('<testcase name="a"/>')}`;
    expect(parseReport(xml)).toHaveLength(1);
  });

  it('of GoogleTest: what was not run is skipped', () => {
    const cases =
      '<testcase name="a" status="notrun" result="suppressed"/><testcase name="b" status="run" result="completed"/>';
    expect(countCases(parseReport(suite(cases)))).toEqual({ passed: 1, failed: 0, skipped: 1 });
  });

  it('with a failure and a skip in one case: the failure counts', () => {
    const both = '<testcase name="a"><skipped/><failure message="x"/></testcase>';
    expect(countCases(parseReport(suite(both)))).toEqual({ passed: 0, failed: 1, skipped: 0 });
  });

  it('of Node: the suite and not its class, no attempts, and a failure that is still to do fails nothing', () => {
    const inner = (name: string, more = '') => `<testcase name="${name}" classname="test">${more}</testcase>`;
    const failure = '<failure type="testCodeFailure" message="1 == 2"/>';
    const todo = inner('later', `<skipped type="todo" message="true"/>${failure}`);
    const cases = parseReport(
      `<testsuites>${suite(`${inner('adds', failure)}${inner('adds')}${todo}`, 'name="cart"')}${inner('top')}</testsuites>`,
    );
    expect(joinReruns(cases).map((one) => [one.suite, one.name, one.status])).toEqual([
      ['cart', 'adds', 'failed'],
      ['cart', 'adds', 'passed'],
      ['cart', 'later', 'skipped'],
      ['', 'top', 'passed'],
    ]);
    // A Python module and a package of Go may have this name, and repeat their cases.
    for (const name of ['pytest', 'test'])
      expect(joinReruns(parseReport(suite(`${inner('a', failure)}${inner('a')}`, `name="${name}"`)))).toMatchObject([
        { suite: 'test', status: 'flaky' },
      ]);
  });

  it('of Ginkgo and CTest: a status that says failed is a failure, also without an element for it', () => {
    const cases = ['failed', 'fail', 'Error', 'run', 'completed'].map(
      (word) => `<testcase name="a" status="${word}"/>`,
    );
    expect(parseReport(suite(cases.join(''))).map(({ status }) => status)).toEqual([
      ...Array(3).fill('failed'),
      ...Array(2).fill('passed'),
    ]);
  });

  it('state failures in their attributes, which decide nothing', () => {
    const stated = (attributes: string) => readReport(`<testsuites>${suite('', attributes)}</testsuites>`).stated;
    expect(stated('failures="2" errors="1"')).toBe(3);
    for (const odd of ['failures="-1"', 'failures="NaN"', 'failures="1,5"', 'tests="9"']) expect(stated(odd)).toBe(0);
  });

  it('with wrong counts in the attributes: the cases are counted', () => {
    const lying = suite('<testcase name="a"><failure/></testcase>', 'name="s" tests="9" failures="0"');
    expect(countCases(parseReport(lying))).toEqual({ passed: 0, failed: 1, skipped: 0 });
  });

  it('with text in CDATA, properties, output and places', () => {
    const [one] = parseReport(
      suite(`<properties><property name="seed" value="1"/></properties>
        <testcase name="a &lt;b&gt;" classname="C" file="spec/a_spec.rb" line="7" time="1,234.5">
        <failure message=""><![CDATA[expected <1>
 at x]]></failure><system-out>::error::x</system-out></testcase>`),
    );
    expect(one).toEqual({
      suite: 'C',
      name: 'a <b>',
      status: 'failed',
      message: 'expected <1>',
      text: 'expected <1>\n at x',
      file: 'spec/a_spec.rb',
      line: 7,
      within: 1,
    });
  });

  it('without any case', () => {
    expect(parseReport('<testsuites/>')).toEqual([]);
  });

  it.each([
    ['', 'it is empty'],
    ['\uFEFF  \n', 'it is empty'],
    ['<html><body/></html>', 'its outermost element is <html>'],
    ['<coverage><packages/></coverage>', 'its outermost element is <coverage>'],
    ['<testsuite><testcase></testsuite>', 'it is not XML'],
    ['1 passed, 2 failed', 'it is not XML'],
  ])('refuses %j', (text, message) => {
    expect(() => parseReport(text)).toThrow(message);
  });

  it('tells other XML from XML that it cannot read', () => {
    expect(() => parseReport('<coverage/>')).toThrow(NotATestReport);
    expect(() => parseReport('<testsuite>')).not.toThrow(NotATestReport);
  });

  it('does not expand entities without end', () => {
    const bomb = `<!DOCTYPE t [<!ENTITY a "aaaaaaaaaa">${Array.from(
      { length: 12 },
      (_, i) => `<!ENTITY b${i} "${`&${i === 0 ? 'a' : `b${i - 1}`};`.repeat(10)}">`,
    ).join('')}]><testsuite><testcase name="&b11;"/></testsuite>`;
    let length = 0;
    try {
      length = parseReport(bomb)[0]?.name.length ?? 0;
    } catch (error) {
      expect(String(error)).toMatch(/entit/i);
    }
    expect(length).toBeLessThan(100_000);
  });
});
