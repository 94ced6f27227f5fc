import { describe, expect, it } from 'vitest';
import { changeOf } from '../../../src/objects/diff.ts';
import type { KubeObject } from '../../../src/ports.ts';

const deployment = (env: Record<string, string>, args: string[] = []): KubeObject => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'web' },
  spec: {
    template: {
      spec: {
        containers: [{ name: 'web', args, env: Object.entries(env).map(([name, value]) => ({ name, value })) }],
      },
    },
  },
});
const diffLines = (live: KubeObject, dryRun: KubeObject) => changeOf(live, dryRun).lines;
const AT = 'spec.template.spec.containers[web]';

describe('the diff of a dry run', () => {
  it('SEC-10: hides live passwords, in variables, addresses and arguments', () => {
    const of = (password: string) =>
      deployment(
        { DB_PASSWORD: password, DATABASE_URL: `postgres://u:${password}@h/d`, LOG_LEVEL: `${password.length}` },
        [`--password=${password}`, '--port=80'],
      );
    const lines = diffLines(of('live-hunter2'), of('new-hunter3x'));
    expect(lines).toEqual([
      `${AT}.args[0]: *** → ***`,
      `${AT}.env[DB_PASSWORD].value: *** → ***`,
      `${AT}.env[DATABASE_URL].value: *** → ***`,
    ]);
  });

  it('SEC-11: hides the argument after an option that names a secret, as an item of its own and in a shell line', () => {
    const of = (password: string, port: number) =>
      deployment({}, [
        'serve',
        '--password',
        password,
        '--port',
        `${port}`,
        `mysql --password ${password} --port ${port}`,
      ]);
    expect(diffLines(of('hunter2', 80), of('hunter3', 81))).toEqual([
      `${AT}.args[2]: *** → ***`,
      `${AT}.args[4]: "80" → "81"`,
      `${AT}.args[5]: "mysql --password *** --port 80" → "mysql --password *** --port 81"`,
    ]);
    const before = { ...deployment({}), spec: { template: { spec: {} } } };
    const [line = ''] = diffLines(before, deployment({}, ['--api-key', 'hunter2', '--token', '$(TOKEN)', '--verbose']));
    expect(line).toContain('["--api-key","***","--token","***","--verbose"]');
  });

  it('SEC-10: shows settings', () => {
    expect(diffLines(deployment({ LOG_LEVEL: 'info' }), deployment({ LOG_LEVEL: 'debug' }))).toEqual([
      `${AT}.env[LOG_LEVEL].value: "info" → "debug"`,
    ]);
  });

  it('SEC-10: hides the variables of a container that is new', () => {
    const before = { ...deployment({}), spec: { template: { spec: {} } } };
    const [line = ''] = diffLines(before, deployment({ STRIPE: 'aB3xY9', LOG_LEVEL: 'info' }));
    expect(line).toContain('{"name":"STRIPE","value":"***"},{"name":"LOG_LEVEL","value":"info"}');
  });

  it('SEC-10: hides what kubectl keeps of the whole object, and tokens of other kinds', () => {
    const annotated = (value: string): KubeObject => ({
      apiVersion: 'external.io/v1',
      kind: 'Vault',
      metadata: { name: 's', annotations: { 'kubectl.kubernetes.io/last-applied-configuration': value } },
      spec: { token: value },
    });
    expect(diffLines(annotated('{"a":"hunter2"}'), annotated('{"a":"hunter3"}'))).toEqual([
      'metadata.annotations.kubectl.kubernetes.io/last-applied-configuration: *** → ***',
      'spec.token: *** → ***',
    ]);
  });

  it('SEC-10: of a file in a ConfigMap, shows the line that changed unless it is the secret', () => {
    const of = (level: string, password: string): KubeObject => ({
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'c' },
      data: { 'app.properties': `level=${level}\ndb.password=${password}\n` },
    });
    expect(diffLines(of('a', 'x'), of('b', 'y'))).toEqual([
      'data.app.properties: "level=a\\ndb.password=***\\n" → "level=b\\ndb.password=***\\n"',
    ]);
    expect(diffLines(of('a', 'hunter2'), of('a', 'hunter3'))).toEqual(['data.app.properties: *** → ***']);
  });
});
