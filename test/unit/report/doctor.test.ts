import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import { unknown } from '../../../src/plan/doctor/fact.ts';
import { finder } from '../../../src/plan/doctor/finding.ts';
import { type DoctorReport, doctorJsonSchema } from '../../../src/plan/doctor/report.ts';
import { doctorText } from '../../../src/report/doctor.ts';

const found = finder('cluster.namespace', 'environments.staging');
const report = (findings: DoctorReport['findings']): DoctorReport => ({
  format: 1,
  app: 'parking',
  checkedAt: '2026-11-30T10:00:00.000Z',
  healthy: false,
  findings,
});

describe('the text of the doctor', () => {
  it('shows each sign, the command as it is, and the permission that is missing', () => {
    const text = doctorText(
      report([
        found.ok('namespace a exists'),
        found.failed('b is missing', { fix: "kubectl apply -f - <<'EOF'\na: 1\nEOF", evidence: ['seen'] }),
        found.unknown('c', unknown('forbidden', 'list secrets')),
        found.skipped('d'),
      ]),
    );
    expect(text).toBe(`Cluster
  ✓ environments.staging: namespace a exists
  ✗ environments.staging: b is missing [cluster.namespace]
      seen
    $ kubectl apply -f - <<'EOF'
a: 1
EOF
  ? environments.staging: c [cluster.namespace]
      forbidden
      missing permission: list secrets
  – environments.staging: d

1 ✓   1 ✗   1 ?   1 –
`);
  });

  it('says once why many checks know nothing', () => {
    const lost = Array.from({ length: 5 }, (_, index) => found.unknown(`${index}`, unknown('the cluster is away')));
    const text = doctorText(report(lost));
    expect(text).toContain('  ? 5 checks: the cluster is away\n      cluster.namespace\n');
    expect(text.match(/away/g)).toHaveLength(1);
  });

  it('lets no text of others command the terminal or the runner', () => {
    const text = doctorText(
      report([found.failed('::error::x\u001b[2J', { advice: '##[group]', fix: '::stop::\u001b[1m' })]),
    );
    // biome-ignore lint/suspicious/noControlCharactersInRegex: none may be left
    expect(text).not.toMatch(/\u001b|^\s*::|##\[/m);
  });
});

describe('the JSON of the doctor', () => {
  const validate = new Ajv2020({ strict: false }).compile(doctorJsonSchema());

  it('is of its schema, and the example in the document too', () => {
    expect(validate(report([found.ok('a'), found.failed('b', { advice: 'c' })]))).toBe(true);
    const [, example = ''] = /```json\n([\s\S]*?)```/.exec(readFileSync('docs/doctor.md', 'utf8')) ?? [];
    expect(validate(report([JSON.parse(example)]))).toBe(true);
  });

  it('admits only known checks', () => {
    expect(validate(report([{ ...found.ok('a'), id: 'cluster.other' as never }]))).toBe(false);
  });
});
