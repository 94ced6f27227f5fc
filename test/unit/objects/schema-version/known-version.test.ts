import { describe, expect, it } from 'vitest';
import { schemaVersionOf } from '../../../../src/objects/schema-version/known-version.ts';

const of = (migrate: string | string[], given?: string | string[]) => schemaVersionOf(given, migrate);

describe('the version of a schema', () => {
  it.each([
    ['flask db upgrade', 'flask db current'],
    [
      'FLASK_APP=shop flask --debug db upgrade -d migrations head',
      'FLASK_APP=shop flask --debug db current -d migrations',
    ],
    ['python -m flask db upgrade', 'python -m flask db current'],
    ['alembic -c db/alembic.ini upgrade head', 'alembic -c db/alembic.ini current'],
    ['poetry run alembic upgrade head', 'poetry run alembic current'],
    [
      'python manage.py migrate --noinput --settings=shop.prod',
      'python manage.py showmigrations --plan --settings=shop.prod',
    ],
    ['./manage.py migrate --database other', './manage.py showmigrations --plan --database other'],
    ['django-admin migrate', 'django-admin showmigrations --plan'],
    ['bundle exec rails db:migrate', 'bundle exec rails db:migrate:status'],
    ['bin/rake db:migrate', 'bin/rake db:migrate:status'],
    ['npx knex migrate:latest --env production', 'npx knex migrate:list --env production'],
    ['flyway -url=$JDBC_URL migrate -outOfOrder=true', 'flyway -url=$JDBC_URL info -outOfOrder=true'],
    ['php artisan migrate --force', 'php artisan migrate:status'],
  ])('%s: %s', (migrate, command) => {
    expect(of(migrate)).toEqual({ command, answers: 0 });
  });

  it('of Prisma is an answer also while migrations are pending, with exit code 1', () => {
    expect(of('npx prisma migrate deploy --schema db/schema.prisma')).toEqual({
      command: 'npx prisma migrate status --schema db/schema.prisma',
      answers: 1,
    });
  });

  it.each([
    'flask db upgrade && flask seed',
    'flask db upgrade; flask seed',
    'rails db:migrate db:seed',
    'flyway clean migrate',
    'php artisan migrate --seed',
    'python manage.py migrate | tee log',
    'python migrate.py',
    'npm run migrate',
    'echo $(flask db upgrade)',
  ])('is not known after %s, which may change data under one version', (migrate) => {
    expect(of(migrate)).toBeUndefined();
  });

  it('is not asked for in an image that need not have a shell', () => {
    expect(of(['flask', 'db', 'upgrade'])).toBeUndefined();
  });

  it('is printed by the command of the team, or not at all', () => {
    expect(of('make migrate', 'psql -c "select max(n) from v"')?.command).toBe('psql -c "select max(n) from v"');
    expect(of('make migrate', ['print', "it's"])?.command).toBe(`'print' 'it'\\''s'`);
    expect(of('flask db upgrade', 'none')).toBeUndefined();
  });
});
