import fc from 'fast-check';
import type { Files } from '../../src/ports.ts';
import { collectReport } from '../../src/stages/test/junit/collect.ts';

interface Case {
  name: string;
  outcome: 'passed' | 'failed' | 'skipped';
  text: string;
}

const escaped = (text: string) => [...text].map((sign) => (/[<>&"'\p{Cc}\p{Cs}]/u.test(sign) ? '_' : sign)).join('');

const one: fc.Arbitrary<Case> = fc.record({
  name: fc.string({ unit: 'grapheme', maxLength: 30 }).map(escaped),
  outcome: fc.constantFrom('passed' as const, 'passed' as const, 'failed' as const, 'skipped' as const),
  text: fc.string({ unit: 'grapheme', maxLength: 300 }).map(escaped),
});

function xmlOf(cases: readonly Case[]): string {
  const elements = cases.map(({ name, outcome, text }, index) => {
    const inner = { passed: '', failed: `<failure message="${text}">${text}</failure>`, skipped: '<skipped/>' }[
      outcome
    ];
    return `<testcase classname="C${index}" name="${name}">${inner}</testcase>`;
  });
  return `<testsuites><testsuite name="s">${elements.join('')}</testsuite></testsuites>`;
}

const filesOf = (content: Buffer): Pick<Files, 'list' | 'read'> => ({
  list: async () => [{ path: '/r/a.xml', size: content.length, modifiedMs: Date.now() }],
  read: async () => content,
});

/** A report is counted in full, or is said to be unread: it is never taken for one with fewer failures. */
async function checkReport(cases: readonly Case[], content: Buffer): Promise<void> {
  const { files, counts, failed, unread } = await collectReport(filesOf(content), '/r', 0);
  if (files + unread.length !== 1) throw new Error('a file is neither read nor unread');
  if (files === 0) return;
  const wanted = cases.filter(({ outcome }) => outcome === 'failed').length;
  if (counts.failed !== wanted || failed.length !== wanted) throw new Error(`${counts.failed} of ${wanted} failures`);
}

export const properties: { name: string; property: fc.IProperty<unknown> | fc.IAsyncProperty<unknown> }[] = [
  {
    name: 'test reports are counted in full',
    property: fc.asyncProperty(fc.array(one), (cases) => checkReport(cases, Buffer.from(xmlOf(cases)))),
  },
  {
    name: 'test reports that end too early are unread',
    property: fc.asyncProperty(fc.tuple(fc.array(one, { minLength: 1 }), fc.nat()), async ([cases, at]) => {
      const whole = Buffer.from(xmlOf(cases));
      const { files } = await collectReport(filesOf(whole.subarray(0, at % whole.length)), '/r', 0);
      if (files !== 0) throw new Error('a part of a report counts as a report');
    }),
  },
  {
    name: 'any bytes as a test report',
    property: fc.asyncProperty(fc.uint8Array({ maxLength: 2_000 }), async (bytes) => {
      const { files, unread } = await collectReport(filesOf(Buffer.from(bytes)), '/r', 0);
      if (files + unread.length !== 1) throw new Error('a file is neither read nor unread');
    }),
  },
];
