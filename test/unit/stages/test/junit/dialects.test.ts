import { describe, expect, it } from 'vitest';
import { readReport } from '../../../../../src/stages/test/junit/parse.ts';
import { countCases } from '../../../../../src/stages/test/junit/report.ts';

const parseReport = (xml: string) => readReport(xml).cases;

describe('hb-18: reports that are not JUnit', () => {
  it('of xUnit.net v2', () => {
    const cases = parseReport(`<assemblies><assembly name="shop.dll" passed="1" failed="1" skipped="1">
      <errors><error type="assembly-cleanup" name="shop"><failure><message>disposed twice</message></failure></error></errors>
      <collection>
        <test name="Shop.Cart.Adds" type="Shop.Cart" method="Adds" time="0.1" result="Pass"/>
        <test name="Shop.Cart.Takes" type="Shop.Cart" method="Takes" result="Fail"><failure exception-type="X">
          <message>Expected: 1&#10;Actual: 0</message><stack-trace>at Shop.Cart.Takes() in /src/Cart.cs:line 9</stack-trace>
        </failure></test>
        <test name="Shop.Cart.Later" type="Shop.Cart" result="Skip"><reason>no database</reason></test>
      </collection></assembly></assemblies>`);
    expect(cases).toMatchObject([
      { suite: 'Shop.Cart', name: 'Shop.Cart.Adds', status: 'passed' },
      { name: 'Shop.Cart.Takes', status: 'failed', message: 'Expected: 1' },
      { name: 'Shop.Cart.Later', status: 'skipped', message: 'no database' },
      { name: 'shop', status: 'failed', message: 'disposed twice' },
    ]);
    expect(cases[1]?.text).toContain('Cart.cs:line 9');
  });

  it('of NUnit 3', () => {
    const cases = parseReport(`<test-run total="4"><test-suite type="Assembly" result="Failed" site="Child">
      <test-suite type="TestFixture" name="Broken" classname="Shop.Broken" result="Failed" site="SetUp">
        <failure><message>no database</message></failure></test-suite>
      <test-case name="Adds" classname="Shop.Cart" result="Passed"/>
      <test-case name="Takes" classname="Shop.Cart" result="Failed"><failure><message><![CDATA[1 is not 0]]></message>
        <stack-trace><![CDATA[at Cart.cs:9]]></stack-trace></failure></test-case>
      <test-case name="Later" classname="Shop.Cart" result="Skipped"><reason><message>later</message></reason></test-case>
      <test-case name="Odd" classname="Shop.Cart" result="Unheard-of"/>
    </test-suite></test-run>`);
    expect(countCases(cases)).toEqual({ passed: 1, failed: 3, skipped: 1 });
    expect(cases.find(({ name }) => name === 'Takes')).toMatchObject({ suite: 'Shop.Cart', message: '1 is not 0' });
    expect(cases.find(({ name }) => name === 'Broken')).toMatchObject({ status: 'failed', message: 'no database' });
  });

  it('of Visual Studio (TRX)', () => {
    const cases = parseReport(`<TestRun xmlns="http://microsoft.com/schemas/VisualStudio/TeamTest/2010"><Results>
      <UnitTestResult testName="Shop.Cart.Adds" outcome="Passed"/>
      <UnitTestResult testName="Shop.Cart.Takes" outcome="Failed"><Output><ErrorInfo><Message>1 is not 0</Message>
        <StackTrace>at Cart.cs:9</StackTrace></ErrorInfo></Output></UnitTestResult>
      <UnitTestResult testName="Shop.Cart.Later" outcome="NotExecuted"/>
      <UnitTestResult testName="Shop.Cart.Slow" outcome="Timeout"/></Results>
      <ResultSummary outcome="Failed"><RunInfos><RunInfo outcome="Warning"><Text>slow</Text></RunInfo>
        <RunInfo outcome="Error"><Text>The test host crashed</Text></RunInfo></RunInfos></ResultSummary></TestRun>`);
    expect(countCases(cases)).toEqual({ passed: 1, failed: 3, skipped: 1 });
    expect(cases.at(-1)).toMatchObject({ name: '(run)', message: 'The test host crashed' });
    expect(cases[1]).toMatchObject({
      name: 'Shop.Cart.Takes',
      message: '1 is not 0',
      text: '1 is not 0\nat Cart.cs:9',
    });
  });
});
