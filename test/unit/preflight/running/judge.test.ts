import { describe, expect, it } from 'vitest';
import type { RunFacts, StartedProcess } from '../../../../src/preflight/running/facts.ts';
import { judgeRun } from '../../../../src/preflight/running/judge.ts';

const web: StartedProcess = {
  object: 'Deployment web',
  port: 8080,
  health: '/healthz',
  graceMs: 30_000,
  memory: undefined,
  replicas: 2,
  exactlyOk: false,
  missing: [],
  services: ['api'],
};
const healthy: RunFacts = {
  ended: undefined,
  listeners: [{ port: 8080, loopback: false }],
  listeningMs: 400,
  healthyMs: 500,
  waitedMs: 400,
  answersOn: undefined,
  health: { status: 200, location: '' },
  head: { status: 200, location: '' },
  hosts: [],
  upgrade: undefined,
  api: undefined,
  stop: { endedMs: 80, waitedMs: 80, handled: true, answered: 200, broken: 0 },
  memoryPeak: 20 * 2 ** 20,
  changes: [],
  output: ['listening'],
};
const closed = { listeningMs: undefined, healthyMs: undefined, health: undefined, head: undefined, waitedMs: 12_000 };

/** Code and severity of each finding. */
const found = (facts: Partial<RunFacts>, process: Partial<StartedProcess> = {}) =>
  judgeRun({ ...web, ...process }, { ...healthy, ...facts }).map(({ code, severity }) => `${code} ${severity}`);

it('says nothing about a healthy process, and about a healthy worker', () => {
  expect(found({})).toEqual([]);
  expect(found({ ...closed, listeners: [] }, { port: undefined, health: undefined })).toEqual([]);
});

describe('the port', () => {
  it('is open on localhost alone', () => {
    expect(found({ ...closed, listeners: [{ port: 8080, loopback: true }] })).toEqual(['listens-on-localhost error']);
  });

  it('is another one: an error only if it answers HTTP and nothing is missing', () => {
    const facts = { ...closed, listeners: [{ port: 3000, loopback: false }] };
    expect(found({ ...facts, answersOn: 3000 })).toEqual(['listens-on-another-port error']);
    expect(found(facts)).toEqual(['listens-on-another-port warning']);
    expect(found({ ...facts, answersOn: 3000 }, { missing: ['Secret parking'] })).toEqual([
      'listens-on-another-port warning',
    ]);
  });

  it('is none: only a note, since it may open later', () => {
    expect(found({ ...closed, listeners: [] })).toEqual(['not-listening note']);
  });
});

describe('a process that ends', () => {
  const ended = (exitCode: number, oomKilled = false) => ({ exitCode, oomKilled, afterMs: 900 });

  it('with 0 goes into the background: an error for a server, and a warning for a worker', () => {
    expect(found({ ended: ended(0) })).toEqual(['exits error']);
    expect(found({ ended: ended(0) }, { port: undefined })).toEqual(['exits warning']);
  });

  it('with another code may lack what only the cluster has, unless the image itself is broken', () => {
    expect(found({ ended: ended(1), output: ['KeyError: STRIPE'] })).toEqual(['exits warning']);
    expect(found({ ended: ended(1), output: ["ModuleNotFoundError: No module named 'flask'"] })).toEqual([
      'exits error',
    ]);
    expect(found({ ended: ended(127) })).toEqual(['exits error']);
  });

  it('at its memory limit', () => {
    expect(found({ ended: ended(137, true) }, { memory: 2 ** 25 })).toEqual(['out-of-memory error']);
    expect(found({ ended: ended(137) }, { memory: 2 ** 25 })).toEqual(['out-of-memory error']);
    expect(found({ ended: ended(137) })).toEqual(['exits warning']);
  });
});

describe('the health check', () => {
  it.each([404, 400, 401, 403, 405])('fails with %i', (status) => {
    expect(found({ health: { status, location: '' }, head: undefined })).toEqual(['health-fails error']);
  });

  it('fails with 503: a warning where a Secret or a service is missing', () => {
    const health = { status: 503, location: '' };
    expect(found({ health })).toEqual(['health-fails error']);
    expect(found({ health }, { missing: ['Secret parking'] })).toEqual(['health-fails warning']);
  });

  it('redirects: an error behind a load balancer of Google alone', () => {
    const health = { status: 301, location: 'https://parking.acme.dev/healthz' };
    expect(found({ health }, { exactlyOk: true })).toEqual(['health-redirects error']);
    expect(found({ health })).toEqual([]);
  });

  it('knows no HEAD', () => {
    expect(found({ head: { status: 405, location: '' } })).toEqual(['health-without-head note']);
  });

  it('is refused for the host of an environment', () => {
    const hosts = [
      { environment: 'staging', host: 'staging.acme.dev', status: 400 },
      { environment: 'production', host: 'acme.dev', status: 200 },
    ];
    const [one, ...others] = judgeRun(web, { ...healthy, hosts });
    expect(others).toEqual([]);
    expect(one).toMatchObject({ code: 'host-refused', severity: 'warning', where: { environment: 'staging' } });
  });

  it('is missing at a port for WebSockets alone', () => {
    const upgrade = { plain: 426, upgraded: true };
    expect(found({ upgrade, health: { status: 426, location: '' } }, { health: undefined })).toEqual([
      'websocket-only warning',
    ]);
    expect(found({ upgrade })).toEqual([]);
  });
});

describe('SIGTERM', () => {
  const stop = { endedMs: undefined, waitedMs: 8_000, handled: true, answered: 10, broken: 0 };

  it('is ignored: proven without a handler, or after the whole grace period', () => {
    const confidence = (more: object, process = {}) =>
      judgeRun({ ...web, ...process }, { ...healthy, stop: { ...stop, ...more } }).map((one) => one.confidence);
    expect(found({ stop })).toEqual(['ignores-sigterm warning']);
    expect(confidence({ handled: false, waitedMs: 1_000 })).toEqual(['proven']);
    expect(confidence({}, { graceMs: 5_000 })).toEqual(['proven']);
    expect(confidence({})).toEqual(['likely']);
  });

  it('breaks requests in flight', () => {
    expect(found({ stop: { ...stop, endedMs: 20, broken: 3 } })).toEqual(['breaks-requests warning']);
  });
});

describe('files and output', () => {
  const change = (path: string) => ({ path, change: 'added' as const });

  it('data in the root file system is a warning, other files are a note, caches are nothing', () => {
    expect(found({ changes: [change('/app'), change('/app/db.sqlite3')] })).toEqual(['writes-files warning']);
    expect(found({ changes: [change('/app/state.txt')] })).toEqual(['writes-files note']);
    expect(found({ changes: [change('/tmp/x'), change('/app/a/__pycache__/b.pyc'), change('/run/a.pid')] })).toEqual(
      [],
    );
  });

  it('no line of output is a note', () => {
    expect(found({ output: [] })).toEqual(['no-output note']);
  });
});

describe('what it dials', () => {
  it.each([
    ['Error: getaddrinfo ENOTFOUND cache', 'unknown-host-dialled warning'],
    ['could not translate host name "db" to address: Name or service not known', 'unknown-host-dialled warning'],
    ['dial tcp: lookup queue on 127.0.0.11:53: no such host', 'unknown-host-dialled warning'],
    ['java.net.UnknownHostException: search', 'unknown-host-dialled warning'],
    ['Error: getaddrinfo EAI_AGAIN api.stripe.com', 'unknown-host-dialled note'],
    ['Error: connect ENETUNREACH 10.0.0.5:5432 - Local (0.0.0.0:0)', 'literal-address-dialled warning'],
    ['dial tcp 10.0.0.5:5432: connect: network is unreachable', 'literal-address-dialled warning'],
    ['connection to server at "10.0.0.5", port 5432 failed: Network is unreachable', 'literal-address-dialled warning'],
  ])('%s', (line, expected) => {
    expect(found({ output: [line] })).toEqual([expected]);
  });

  it('is nothing where it is another process of the app', () => {
    const asks = (host: string) => found({ output: [`Error: getaddrinfo ENOTFOUND ${host}`] });
    for (const host of ['api', 'api.shop.svc', 'api.shop.svc.cluster.local']) expect(asks(host)).toEqual([]);
    expect(asks('api.acme.dev')).toEqual(['unknown-host-dialled note']);
  });

  it('is nothing where the log only names hosts and addresses', () => {
    expect(
      found({ output: ['listening on 0.0.0.0:8080', 'GET / from 10.0.0.5:41000', 'connected to cache:6379'] }),
    ).toEqual([]);
  });
});
