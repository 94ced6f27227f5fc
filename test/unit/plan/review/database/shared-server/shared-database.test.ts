import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { databaseVariables } from '../../../../../../src/plan/review/database/objects.ts';
import { adminCommand } from '../../../../../../src/plan/review/database/shared-server/admin-command.ts';
import {
  adminJob,
  databaseRecord,
  dropJob,
  makesFor,
  provisionJob,
} from '../../../../../../src/plan/review/database/shared-server/jobs.ts';
import {
  databaseName,
  objectName,
  templateNames,
} from '../../../../../../src/plan/review/database/shared-server/names.ts';
import { scramVerifier } from '../../../../../../src/plan/review/database/shared-server/scram.ts';
import {
  adminSecret,
  type OnServer,
  serverObjects,
} from '../../../../../../src/plan/review/database/shared-server/server-objects.ts';
import { DROP } from '../../../../../../src/plan/review/database/shared-server/sql/drop.ts';
import { PROVISION } from '../../../../../../src/plan/review/database/shared-server/sql/provision.ts';
import { CONNECTIONS } from '../../../../../../src/plan/review/database/shared-server/sql/session.ts';
import {
  TEMPLATE_BEGIN,
  TEMPLATE_FINISH,
} from '../../../../../../src/plan/review/database/shared-server/sql/template.ts';
import { planTemplate } from '../../../../../../src/plan/review/database/template-plan.ts';
import { isolationObjects } from '../../../../../../src/plan/review/environment/isolation.ts';
import { planReviewUp } from '../../../../../../src/plan/review-plan.ts';
import { byHand, configOf, pullRequest, reviewInputsOf } from '../../../../../support/unit/review.ts';

const SHARED = 'review: { database: { mode: shared, version: "17", server: { namespace: dbs } } }';
const up = (yaml = SHARED) => planReviewUp(reviewInputsOf(), configOf(yaml), pullRequest(), 7, undefined);
const database = () => up().database as OnServer;

const app = fc.stringMatching(/^[a-z]([a-z0-9-]{0,38}[a-z0-9])?$/);
const id = fc.integer({ min: 1, max: 2 ** 40 });
const number = fc.integer({ min: 1, max: 999_999_999 });
const owner = fc.record({ app, repositoryId: id, number });
const all = (one: { app: string; repositoryId: number; number: number }) => {
  const { template, building, before } = templateNames(one);
  return [databaseName(one), template, building, before];
};

describe('R9: names on a shared server', () => {
  it('are identifiers of at most 63 bytes that begin with ours, whatever the app is called', () => {
    fc.assert(
      fc.property(owner, (one) => {
        for (const name of all(one)) expect(name).toMatch(/^slipway_r\d+_[a-z0-9_]{1,53}$/);
        expect(Math.max(...all(one).map((name) => name.length))).toBeLessThanOrEqual(63);
        expect(objectName(databaseName(one))).toMatch(/^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/);
      }),
    );
  });

  it('never meet: neither those of two owners, nor a database and a template', () => {
    fc.assert(
      fc.property(owner, owner, (one, other) => {
        expect(new Set(all(one)).size).toBe(4);
        const same = one.app === other.app && one.repositoryId === other.repositoryId;
        if (!same) expect(all(one).filter((name) => all(other).includes(name))).toEqual([]);
        else if (one.number !== other.number) expect(databaseName(one)).not.toBe(databaseName(other));
      }),
    );
  });
});

describe('the plan', () => {
  it('one server for each major version, in a namespace of its own; the database is named after the pull request', () => {
    expect(database()).toMatchObject({
      user: 'slipway_r424242_pr7_parking',
      server: { namespace: 'dbs', name: 'postgres-17', secret: 'postgres-17', own: true },
    });
    expect(up('review: { database: { mode: shared } }').database?.server?.namespace).toBe('slipway-databases');
  });

  it.each([
    ['review: { database: { engine: mariadb, mode: shared } }', /mariadb cannot/],
    ['review: { database: { engine: mysql, mode: shared } }', /mysql cannot/],
    ['review: { database: { server: { namespace: dbs } } }', /belongs to `mode: shared`/],
  ])('%s is refused', (yaml, message) => {
    expect(() => up(yaml)).toThrow(message);
  });

  it('pods of the environment reach the server and nothing else of its namespace', () => {
    const policies = JSON.stringify(isolationObjects(up().isolation));
    expect(policies).toContain('"kubernetes.io/metadata.name":"dbs"');
    expect(policies).toContain('"slipway.dev/part":"postgres-17"');
    expect(JSON.stringify(isolationObjects(up('review: { database: {} }').isolation))).not.toMatch(
      /"dbs"|slipway.dev\/part/,
    );
  });

  it('the address of a server is told in all parts, with its wish for TLS', () => {
    const address = { host: 'db.example', port: 6432, sslmode: 'require' };
    expect(databaseVariables(database(), 'p', address)).toMatchObject({
      DATABASE_URL:
        'postgresql://slipway_r424242_pr7_parking:p@db.example:6432/slipway_r424242_pr7_parking?sslmode=require',
      PGHOST: 'db.example',
      DB_PORT: '6432',
      PGSSLMODE: 'require',
    });
  });
});

describe('the template', () => {
  const plan = (event = byHand() as Parameters<typeof planTemplate>[2], yaml = SHARED) =>
    planTemplate(reviewInputsOf({ operation: 'template' }), configOf(yaml), event, undefined);

  it('is filled in a namespace of its own, by a role of its own', () => {
    const { scene, database: built } = plan();
    expect(scene.namespace).toMatch(/^parking-template-[0-9a-f]{6}$/);
    expect(built.user).toBe('slipway_r424242_building_parking');
    expect(scene.isolation.environment).toBe('review-template');
  });

  it('is never made by a pull request, and only for a shared server', () => {
    expect(() => plan(pullRequest())).toThrow(/its code would fill the databases of all others/);
    expect(() => plan(byHand(), 'review: { database: {} }')).toThrow(/only databases on a shared server/);
  });
});

describe('R13: what an administrator runs', () => {
  const owner7 = { app: 'parking', repositoryId: 424_242, number: 7 };
  const its = { name: 'parking-pr-7', uid: 'its-uid', since: '2026-10-05T11:00:00Z' };

  it('the password is in no object but the Secret of its environment', () => {
    const objects = [provisionJob(database(), owner7, its, 'pa55word'), databaseRecord(database(), owner7, its)];
    expect(JSON.stringify(objects)).not.toContain('pa55word');
    expect(JSON.stringify(serverObjects(database()))).not.toContain('pa55word');
    expect(Object.keys(adminSecret(database(), 'pa55word').data ?? {})).toContain('PGPASSWORD');
  });

  it('HRD-9: fourteen environments at their limit leave the administrator its connections', () => {
    const args = JSON.stringify(serverObjects(database()));
    const setting = (name: string) => Number(new RegExp(`${name}=(\\d+)`).exec(args)?.[1]);
    const left = setting('max_connections') - setting('superuser_reserved_connections');
    expect(14 * CONNECTIONS).toBeLessThanOrEqual(left);
    expect(setting('superuser_reserved_connections')).toBeGreaterThanOrEqual(20);
    expect(setting('max_prepared_transactions')).toBe(0);
  });

  it('scripts are the same for everybody: values come from the environment, and psql quotes them', () => {
    for (const script of [PROVISION, DROP, TEMPLATE_BEGIN, TEMPLATE_FINISH]) {
      const set = [...script.matchAll(/^\\set (\w+) `printenv (\w+)`$/gm)].map(([, name]) => name);
      expect(set.length).toBeGreaterThan(0);
      // Bare, a value would be part of the statement.
      const bare = set.filter((name) => new RegExp(`[^:\\w'"]:${name}\\b`).test(script.replace(/^\\.*$/gm, '')));
      expect(bare).toEqual([]);
    }
  });

  it('a template that cannot be cloned is copied: only the clone may fail, and the copy is the same statement', () => {
    const tolerated = [...PROVISION.matchAll(/^\\set ON_ERROR_STOP off\n(.*?)^\\set ON_ERROR_STOP on\n(.*)/gms)];
    expect(tolerated).toHaveLength(1);
    const [, clone = '', after = ''] = tolerated[0] ?? [];
    expect(clone).toMatch(/^create database [^;]+:strategy;\n$/);
    expect(after).toMatch(/^\\set copies :ERROR\nset file_copy_method = copy;\n/);
    expect(after).toContain(`\\if :copies\n${clone}\\endif\n`);
    expect(PROVISION.match(/ON_ERROR_STOP/g)).toHaveLength(2);
  });

  it.each([
    ['refuses the connection', 'FATAL:  permission denied for database "postgres"', 1],
    ['refuses the password', 'FATAL:  password authentication failed for user "me"', 1],
    ['is just starting', 'FATAL:  the database system is starting up', 180],
  ])('a server that %s', (_, said, asked) => {
    const folder = mkdtempSync(join(tmpdir(), 'slipway-psql-'));
    const program = (name: string, lines: string) => writeFileSync(join(folder, name), lines, { mode: 0o755 });
    program('psql', `#!/bin/sh\necho x >> ${folder}/asked\necho '${said}' >&2\nexit 2\n`);
    program('sleep', '#!/bin/sh\n');
    const [shell = '', ...args] = adminCommand('select 1');
    const { status, stderr } = spawnSync(shell, args, { env: { PATH: `${folder}:${process.env.PATH}` } });
    expect(status).toBe(1);
    expect(String(stderr)).toContain(`the database server: ${said}`);
    expect(readFileSync(join(folder, 'asked'), 'utf8').split('x')).toHaveLength(asked + 1);
    rmSync(folder, { recursive: true });
  });

  it('no value that varies is part of a command line', () => {
    const common = { name: 'x', namespace: 'n', secret: 's', image: 'i', runAs: 999, labels: {} } as const;
    const job = (value: string) => adminJob({ ...common, script: DROP, env: { SLIPWAY_DATABASE: value } });
    const commandOf = (value: string) =>
      (job(value).spec as { template: { spec: { containers: { command: string[] }[] } } }).template.spec.containers[0]
        ?.command;
    expect(commandOf('a"; drop database b; --')).toEqual(commandOf('c'));
  });

  it('SQL comes to psql as it is written: Kubernetes takes a dollar sign out of two, and puts variables in', () => {
    const job = adminJob({
      name: 'x',
      namespace: 'n',
      secret: 's',
      image: 'i',
      runAs: 999,
      script: DROP,
      env: {},
      labels: {},
    });
    const { command } = (job.spec as { template: { spec: { containers: [{ command: string[] }] } } }).template.spec
      .containers[0];
    expect(command.map((part) => part.replaceAll('$$', '$'))).toEqual(adminCommand(DROP));
    expect(DROP).toContain('do $$ begin');
  });

  it('a Job that makes is known by the environment that it is for: that of a later one is left alone', () => {
    const record = databaseRecord(database(), owner7, its);
    const later = { ...its, uid: 'later', since: '2026-10-05T12:00:00Z' };
    const jobs = [its, later].map((environment) => provisionJob(database(), owner7, environment, 'pa55word'));
    expect(jobs.map((job) => makesFor(job, record))).toEqual([true, false]);
    expect(jobs[0]?.spec).toMatchObject({ activeDeadlineSeconds: 960 });
    expect(makesFor({ ...record, kind: 'Job' }, record)).toBe(false);
  });

  it('a record says all that dropping needs; one that is none drops nothing', () => {
    const record = databaseRecord(database(), owner7, its);
    const job = dropJob({ ...record, metadata: { ...record.metadata, uid: 'u' } });
    expect(job?.metadata.namespace).toBe('dbs');
    expect(JSON.stringify(job)).toContain('slipway_r424242_pr7_parking');
    expect(JSON.stringify(job)).toContain(`${its.since} ${its.uid}`);
    expect(
      dropJob({ ...record, data: { database: 'postgres', secret: 's', image: 'i', runAs: '999' } }),
    ).toBeUndefined();
    expect(dropJob({ ...record, data: {} })).toBeUndefined();
  });

  /** The example of RFC 7677 has another salt; this is the form that PostgreSQL takes for one. */
  it('the verifier has the form of SCRAM-SHA-256, and is that of its password', () => {
    expect(scramVerifier('a')).toMatch(
      /^SCRAM-SHA-256\$4096:[A-Za-z0-9+/]{22}==\$[A-Za-z0-9+/]{43}=:[A-Za-z0-9+/]{43}=$/,
    );
    expect(scramVerifier('a')).toBe(scramVerifier('a'));
    expect(scramVerifier('a')).not.toBe(scramVerifier('b'));
  });
});
