import { describe, expect, it } from 'vitest';
import { parseJUnit } from '../../../../../src/stages/test/junit/parse.ts';
import { countCases } from '../../../../../src/stages/test/junit/report.ts';

const suite = (cases: string, attributes = 'name="s"') => `<testsuite ${attributes}>${cases}</testsuite>`;

describe('JUnit reports', () => {
  it('of pytest', () => {
    const cases = parseJUnit(`<?xml version="1.0" encoding="utf-8"?><testsuites name="pytest tests">
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
      { suite: 'tests.unit.test_lots', name: 'test_create', status: 'passed', seconds: 0.011 },
      { name: 'test_full[0-1]', status: 'failed', message: 'assert 1 == 2' },
      { name: 'test_later', status: 'skipped', message: 'no database' },
    ]);
    expect(cases[1]?.text).toContain('tests/unit/test_lots.py:14: AssertionError');
  });

  it('with a bare <testsuite> as root', () => {
    expect(parseJUnit(suite('<testcase name="a"/>'))).toMatchObject([{ suite: 's', name: 'a', status: 'passed' }]);
  });

  it('with nested suites, as PHPUnit and Mocha write them', () => {
    const nested = suite(suite(suite('<testcase name="a"/>', 'name="inner"')), 'name="outer"');
    expect(parseJUnit(`<testsuites>${nested}</testsuites>`)).toMatchObject([{ suite: 'inner', name: 'a' }]);
  });

  it('with errors beside failures, as JUnit tells them apart', () => {
    const cases = parseJUnit(
      suite('<testcase name="a"><error type="java.lang.NullPointerException"/></testcase><testcase name="b"/>'),
    );
    expect(countCases(cases)).toEqual({ passed: 1, failed: 1, skipped: 0 });
    expect(cases[0]?.message).toBe('java.lang.NullPointerException');
  });

  it('with a suite that failed as a whole', () => {
    const cases = parseJUnit(suite('<error message="cannot import app">Traceback</error>', 'name="app" errors="1"'));
    expect(cases).toMatchObject([{ suite: 'app', name: '(suite)', status: 'failed', message: 'cannot import app' }]);
  });

  it('of Surefire: a flaky case that passed in the end is passed', () => {
    const flaky = '<testcase name="a"><flakyFailure message="first try"/></testcase>';
    expect(countCases(parseJUnit(suite(flaky)))).toEqual({ passed: 1, failed: 0, skipped: 0 });
  });

  it('of GoogleTest: what was not run is skipped', () => {
    const cases =
      '<testcase name="a" status="notrun" result="suppressed"/><testcase name="b" status="run" result="completed"/>';
    expect(countCases(parseJUnit(suite(cases)))).toEqual({ passed: 1, failed: 0, skipped: 1 });
  });

  it('with a failure and a skip in one case: the failure counts', () => {
    const both = '<testcase name="a"><skipped/><failure message="x"/></testcase>';
    expect(countCases(parseJUnit(suite(both)))).toEqual({ passed: 0, failed: 1, skipped: 0 });
  });

  it('with wrong counts in the attributes: the cases are counted', () => {
    const lying = suite('<testcase name="a"><failure/></testcase>', 'name="s" tests="9" failures="0"');
    expect(countCases(parseJUnit(lying))).toEqual({ passed: 0, failed: 1, skipped: 0 });
  });

  it('with text in CDATA, properties, output and places', () => {
    const [one] = parseJUnit(
      suite(`<properties><property name="seed" value="1"/></properties>
        <testcase name="a &lt;b&gt;" classname="C" file="spec/a_spec.rb" line="7" time="1,234.5">
        <failure message=""><![CDATA[expected <1>
 at x]]></failure><system-out>::error::x</system-out></testcase>`),
    );
    expect(one).toEqual({
      suite: 'C',
      name: 'a <b>',
      status: 'failed',
      seconds: 1234.5,
      message: 'expected <1>',
      text: 'expected <1>\n at x',
      file: 'spec/a_spec.rb',
      line: 7,
    });
  });

  it('without any case', () => {
    expect(parseJUnit('<testsuites/>')).toEqual([]);
  });

  it.each([
    ['', 'it is empty'],
    ['\uFEFF  \n', 'it is empty'],
    ['<html><body/></html>', 'its outermost element is <html>'],
    ['<testsuite><testcase></testsuite>', 'it is not XML'],
    ['1 passed, 2 failed', 'it is not XML'],
  ])('refuses %j', (text, message) => {
    expect(() => parseJUnit(text)).toThrow(message);
  });

  it('does not expand entities without end', () => {
    const bomb = `<!DOCTYPE t [<!ENTITY a "aaaaaaaaaa">${Array.from(
      { length: 12 },
      (_, i) => `<!ENTITY b${i} "${`&${i === 0 ? 'a' : `b${i - 1}`};`.repeat(10)}">`,
    ).join('')}]><testsuite><testcase name="&b11;"/></testsuite>`;
    let length = 0;
    try {
      length = parseJUnit(bomb)[0]?.name.length ?? 0;
    } catch (error) {
      expect(String(error)).toMatch(/entit/i);
    }
    expect(length).toBeLessThan(100_000);
  });
});
