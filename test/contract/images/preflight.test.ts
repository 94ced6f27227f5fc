import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { systemClock } from '../../../src/adapters/clock/system-clock.ts';
import { DockerBuilder } from '../../../src/adapters/docker/builder.ts';
import { DockerContainers } from '../../../src/adapters/docker/containers.ts';
import { DockerObserver } from '../../../src/adapters/docker/observer.ts';
import { localFiles } from '../../../src/adapters/files/local-files.ts';
import { prober } from '../../../src/adapters/http/prober.ts';
import { parseConfig } from '../../../src/config/load.ts';
import { planPreflight } from '../../../src/plan/preflight/preflight-plan.ts';
import type { Finding } from '../../../src/preflight/finding.ts';
import type { ApiRecord } from '../../../src/preflight/side-by-side/api-record.ts';
import { readServed } from '../../../src/stages/apis/record.ts';
import { runPreflight } from '../../../src/stages/preflight/run.ts';
import { requirePlatform } from '../../support/platform.ts';
import { push } from '../../support/unit/events.ts';
import { ImageRig } from './rig.ts';

const platform = await requirePlatform('preflight in the engine');

describe.skipIf(!platform)('preflight, with a real engine', () => {
  if (!platform) return;
  const rig = new ImageRig(platform, 'preflight');
  const { node, postgres } = platform.platform.baseImages;
  const image = `${rig.repository}:app`;
  let runs = 0;

  beforeAll(() => {
    const server = readFileSync(join(import.meta.dirname, '../../fixtures/preflight/server.cjs'), 'utf8');
    const dockerfile = `FROM ${node}\nWORKDIR /app\nCOPY server.cjs .\nUSER 1000:1000\nENTRYPOINT ["node", "server.cjs"]\n`;
    rig.build(image, rig.context({ Dockerfile: dockerfile, 'server.cjs': server }));
  });
  afterAll(() => rig.close());

  const preflight = async (slipway: object, given = image, apis: ApiRecord = {}) => {
    const config = parseConfig(
      JSON.stringify({ app: 'contract', image: { repository: rig.repository }, ...slipway }),
      'slipway.yml',
    );
    const around = {
      runId: `${process.pid}p${runs++}`,
      password: 'pw',
      temp: rig.folder,
      configFile: 'slipway.yml',
      now: 0,
      monday: 0,
    };
    const plan = planPreflight(
      { image: given, workingDirectory: rig.folder, timeoutMs: 60_000 },
      config,
      push(),
      around,
      { environments: [], apis },
      { accepts: config.preflight?.accept ?? [], differences: [], baseline: undefined, remarks: [] },
    );
    const result = await runPreflight(plan, {
      images: new DockerBuilder(rig.env),
      containers: new DockerContainers(rig.env),
      // A busy machine takes longer for the layers than a runner of its own.
      observer: new DockerObserver(rig.env, 120_000),
      prober,
      files: localFiles,
      log: rig.log,
      clock: systemClock,
      signal: new AbortController().signal,
    });
    const { findings } = JSON.parse(readFileSync(join(plan.reportDir, 'findings.json'), 'utf8')) as {
      findings: Finding[];
    };
    return { result, findings, plan };
  };
  const left = () =>
    [
      rig.docker('container', 'ls', '--all', '--format', '{{.Names}}'),
      rig.docker('network', 'ls', '--format', '{{.Name}}'),
    ].flatMap((names) => names.split('\n').filter((name) => name.startsWith(`slipway-${process.pid}p`)));

  it('finds each trouble in the process that has it, and nothing in its healthy neighbour', async () => {
    // As strict as can be: no process is started twice.
    const strict = { runAsUser: 1000, readOnlyRootFilesystem: true };
    const web = (trouble: string, more = {}) => ({
      port: 8080,
      command: ['node', 'server.cjs', trouble],
      securityContext: strict,
      ...more,
    });
    const checked = { health: '/healthz' };
    const slipway = {
      deploy: {
        processes: {
          healthy: web('', { ...checked, paths: ['/'] }),
          api: web('api', checked),
          localhost: web('localhost', checked),
          port: web('port', checked),
          background: web('background'),
          health: web('health', checked),
          visitors: web('host,head,breaks', checked),
          sockets: web('sockets,silent'),
          sigterm: web('sigterm', { ...checked, grace: '2s' }),
          files: web('files', { securityContext: { runAsUser: 0 } }),
          memory: web('memory', { resources: { memory: '48Mi' } }),
          missing: { command: ['/no/such/program'], securityContext: strict },
          // Healthy: until its handler is there, process 1 ignores SIGTERM.
          late: {
            command: ['sh', '-c', 'echo works; sleep 5; trap "exit 0" TERM; while :; do sleep 0.1; done'],
            securityContext: strict,
          },
        },
      },
      environments: { staging: { namespace: 'staging', host: 'staging.acme.test' } },
    };
    const before = { openapi: '3.1.0', paths: { '/spots': { get: {} }, '/places': { get: {} } } };
    const { result, findings, plan } = await preflight(slipway, image, { 'Deployment contract-api': before });
    const seen = findings.map(({ code, severity, where: { object = '' } }) => [
      object.replace('Deployment contract-', ''),
      code,
      severity,
    ]);
    expect(seen.sort()).toEqual([
      ['api', 'breaks-api', 'warning'],
      ['background', 'exits', 'error'],
      ['files', 'writes-files', 'warning'],
      ['health', 'health-fails', 'error'],
      ['localhost', 'listens-on-localhost', 'error'],
      ['memory', 'out-of-memory', 'error'],
      ['missing', 'exits', 'error'],
      ['port', 'listens-on-another-port', 'error'],
      ['sigterm', 'ignores-sigterm', 'warning'],
      ['sockets', 'no-output', 'note'],
      ['sockets', 'websocket-only', 'warning'],
      ['visitors', 'breaks-requests', 'warning'],
      ['visitors', 'health-without-head', 'note'],
      ['visitors', 'host-refused', 'warning'],
    ]);
    expect(result).toMatchObject({ outcome: 'failed', outputs: { errors: '6' } });
    expect(JSON.parse(readFileSync(join(plan.reportDir, 'openapi.json'), 'utf8'))).toEqual({
      'Deployment contract-api': { openapi: '3.1.0', paths: { '/spots': { get: {} } } },
    });
    const about = {
      image: rig.docker('image', 'inspect', '--format={{.Id}}', image).trim(),
      name: 'contract',
      commit: plan.sha,
    };
    expect(Object.keys((await readServed(localFiles, plan.apisDir ?? '', about)) ?? {})).toEqual([
      'Deployment contract-api',
    ]);
    expect(left()).toEqual([]);
  });

  it('starts the migration and the services beside an app without findings, which nothing outside is reached from', async () => {
    const script =
      'const net = require("node:net"); const s = net.connect(5432, process.env.DATABASE_HOST, () => process.exit(0)); s.on("error", () => process.exit(3)); net.connect(53, "1.1.1.1").on("connect", () => process.exit(4)).on("error", () => {})';
    const { result, findings } = await preflight({
      deploy: { health: '/healthz', migrate: ['node', '-e', script] },
      review: { database: { engine: 'postgres', image: postgres } },
    });
    expect(findings).toEqual([]);
    expect(result).toMatchObject({ outcome: 'succeeded', headline: 'No findings' });
    const [table] = result.blocks;
    expect(table).toMatchObject({
      kind: 'table',
      rows: [expect.arrayContaining(['Deployment contract', '8080', 'starts'])],
    });
    expect(left()).toEqual([]);
  });

  it('finds a credential in a layer whose file a later layer removes, the root of an image, and a migration that fails', async () => {
    const token = `ghp_${'aB3dE6gH9j'.repeat(3)}kLmN12`;
    const troubled = `${rig.repository}:troubled`;
    const dockerfile = `FROM ${image}\nUSER root\nCOPY .env /app/\nRUN ["node", "-e", "fs.rmSync('/app/.env')"]\n`;
    rig.build(troubled, rig.context({ Dockerfile: dockerfile, '.env': `GITHUB_TOKEN=${token}\n` }));
    const { result, findings } = await preflight(
      { deploy: { health: '/healthz', migrate: ['node', '-e', 'console.log("no table"); process.exit(3)'] } },
      troubled,
    );
    expect(findings.map(({ code, severity, where: { object } }) => [object, code, severity])).toEqual([
      ['image contract', 'secret-in-image', 'error'],
      ['deploy.migrate', 'migration-fails', 'warning'],
      ['image contract', 'runs-as-root', 'warning'],
    ]);
    expect(findings[0]?.seen).toBe(
      '/app/.env holds a GitHub token; a later layer removes the file, and its own layer still has it',
    );
    expect(findings[1]?.seen).toBe('it ended with exit code 3; its last line: no table');
    expect(JSON.stringify(result)).not.toContain(token);
  });
});
