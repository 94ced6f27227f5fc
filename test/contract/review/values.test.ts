import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { requirePlatform } from '../../support/platform.ts';
import { yamlOf } from '../../support/yaml.ts';
import { ReviewStage, SERVE } from './stage.ts';
import { visit } from './visit.ts';

const platform = (await requirePlatform('placeholders in values of a review environment'))?.platform;

/** Each line ends the app where a variable is not what the placeholder stands for. */
const CHECKS = [
  'test "$SQL_HOST" = "$DATABASE_HOST"',
  'test "$SQL_PASSWORD" = "$PGPASSWORD"',
  'test "$DSN" = "host=$PGHOST port=$PGPORT dbname=$PGDATABASE user=$PGUSER password=$PGPASSWORD"',
  'test "$BROKER" = "memcached://cache:11211"',
  'test "$SITE" = "http://$ALLOWED_HOSTS:$EXPECTED_PORT"',
  'test "$NUMBER" = 1',
  'test "$(printf %s "$RELEASE" | wc -c)" = 40',
  'test "$LITERAL" = "{host} \\$(PGHOST) {\\"a\\":1}"',
  'touch /data/file',
];

describe.skipIf(!platform)('F7: placeholders in values of a review environment', () => {
  let stage: ReviewStage;
  beforeAll(async () => {
    if (!platform) throw new Error('no platform');
    stage = await ReviewStage.open(platform);
  });
  afterAll(async () => {
    expect((await stage?.close()) ?? []).toEqual([]);
  });

  it('reach the app and its migration, as the kubelet expands them', async () => {
    const event = stage.github.actor.openPullRequest({ title: 'One', branch: 'one' });
    const check = CHECKS.join(' && ');
    const deploy = yamlOf({
      command: ['sh', '-c', `${check} && ${SERVE}`],
      migrate: ['sh', '-c', check],
      drain: '1s',
      env: { ALLOWED_HOSTS: '{host}', SITE: '{url}', RELEASE: '{commit}', LITERAL: '{{host}} $(PGHOST) {"a":1}' },
      volumes: { data: { path: '/data', claim: 'of-staging' } },
      serviceAccount: 'of-staging',
    });
    const review = yamlOf({
      host: 'pr-{number}-$ID.localhost',
      database: { image: '$REGISTRY/library/postgres:15' },
      services: { cache: { engine: 'memcached', image: '$REGISTRY/library/memcached:1.6' } },
      env: {
        SQL_HOST: '{database.host}',
        SQL_PASSWORD: '{database.password}',
        DSN: 'host={database.host} port={database.port} dbname={database.name} user={database.user} password={database.password}',
        BROKER: '{services.cache.url}',
        NUMBER: '{number}',
        EXPECTED_PORT: String(platform?.ingress.port),
      },
    });
    const indented = (text: string) => `\n${text.replace(/^/gm, '  ')}`;
    const image = await stage.image('1', 1);
    const result = await stage.run(event, { image, deploy: indented(deploy), review: indented(review) });
    expect(result.error).toBeUndefined();
    expect((await visit(result.outputs.url ?? '')).status).toBe(200);
    const told = stage.lines.join('\n');
    expect(told).toContain('ServiceAccounts (of-staging) are left out');
    expect(told).toContain('volumes of claims (data) are empty volumes of 1Gi here');
  });
});
