import { describe, expect, it } from 'vitest';
import { HEAD, problemsOf } from '../../support/unit/problems.ts';

const of = (processes: string, rest = '') => problemsOf(`${HEAD}deploy:\n  processes: { ${processes} }\n${rest}`);
const only = (problems: string[]) => {
  expect(problems).toHaveLength(1);
  return problems[0];
};
const STAGING = 'environments: { s: { namespace: s, host: s.dev } }\n';

describe('paths of processes', () => {
  it('lead to one process each', () => {
    expect(only(of('a: { port: 1, paths: [/x, /api] }, b: { port: 2, paths: [/api/] }'))).toBe(
      'slipway.yml:4:73: deploy.processes.b.paths: a has the path "/api/" already; requests can go to one process only',
    );
    expect(only(of('a: { port: 1, paths: [/x, /x] }'))).toContain('it has the path "/x" already');
    expect(of('a: { port: 1, paths: [/x] }, b: { port: 2, paths: [/x], host: "b-{host}" }')).toEqual([]);
    expect(only(of('a: { port: 1, host: "b-{host}" }, b: { port: 2, host: "b-{host}" }'))).toContain(
      'deploy.processes.b.host: a has the path "/" of b-{host} already',
    );
  });

  it('lead to one process each in every environment', () => {
    const rest =
      'environments: { s: { namespace: s, host: s.dev, processes: { a: { host: x.dev }, b: { host: x.dev } } } }\n';
    expect(only(of('a: { port: 1, host: "a-{host}" }, b: { port: 2, host: "b-{host}" }', rest))).toContain(
      'environments.s.processes.b.host: a has the path "/" of x.dev already',
    );
  });

  it.each(['/a//b', '/a/../b', '/a/.', '/a%2Fb', '/a b', '/a?b', '/a#b', '/*', '/ü'])('%s is refused', (path) => {
    expect(only(of(`a: { port: 1, paths: ["${path}"] }`))).toMatch(/^slipway.yml:4:\d+: deploy.processes.a.paths: "/);
  });

  it.each(['/', '/api', '/api/', '/a.b/~c', '/.well-known', '/a%20b'])('%s is one', (path) => {
    expect(of(`a: { port: 1, paths: ["${path}"] }`)).toEqual([]);
  });
});

describe('what requests from outside reach', () => {
  it('is said where several processes could answer', () => {
    const silent = 'a: { port: 1 }, b: { port: 2 }';
    expect(only(of(silent, STAGING))).toContain('deploy.processes: a and b have a port, and none says which paths');
    expect(only(of(silent, 'review: {}\n'))).toContain('none says which paths');
    expect(of(silent)).toEqual([]);
    expect(of('a: { port: 1, paths: [/] }, b: { port: 2 }', STAGING)).toEqual([]);
    expect(of('a: { port: 1 }, b: {}', STAGING)).toEqual([]);
    expect(of('a: { port: 1, paths: [/x] }, b: { port: 2, paths: [] }', STAGING)).toEqual([]);
    expect(of('a: { port: 1, paths: [/x] }, b: { port: 2, host: "b-{host}" }', STAGING)).toEqual([]);
    expect(of('a: { port: 1, paths: [] }, b: { port: 2, paths: [] }', 'review: {}\n')).toEqual([]);
  });

  it('is said where nothing but a process without paths could answer at /', () => {
    const websockets = 'api: { port: 1 }, ws: { port: 2, paths: [/ws] }';
    expect(only(of(websockets, STAGING))).toMatch(
      /^slipway.yml:4:\d+: deploy.processes.api: has a port, and no path leads to it or to "\/"; give it paths: \[\/\], or/,
    );
    expect(only(of(websockets, 'review: {}\n'))).toContain('deploy.processes.api: has a port');
    expect(of(websockets)).toEqual([]);
  });

  it('is something where an environment has a host', () => {
    expect(only(of('worker: {}', STAGING))).toContain('environments.s.host: no process answers there');
    expect(only(of('a: { port: 1, paths: [] }', STAGING))).toContain('environments.s.host: no process answers there');
  });
});

describe('hosts of processes', () => {
  it('contain that of the environment', () => {
    expect(only(of('a: { port: 1, host: api.acme.dev }'))).toContain(
      '"api.acme.dev" would be the host of all environments; write {host} for the host of the environment, as in a-{host}',
    );
    expect(only(of('a: { port: 1, host: "a-{number}.{host}" }'))).toContain('a placeholder other than {host}');
  });

  it('are whole ones in an environment that has a host', () => {
    const own = (host: string) =>
      `environments: { s: { namespace: s, ${host} processes: { a: { host: api.acme.dev } } } }\n`;
    expect(of('a: { port: 1, host: "a-{host}" }', own('host: s.dev,'))).toEqual([]);
    expect(only(of('a: { port: 1, host: "a-{host}" }', own('')))).toContain('environments.s has no host');
  });
});

describe('a load balancer', () => {
  const BALANCED = 'ingress: { kind: load-balancer, internal: none }\n';

  it('leads to one process', () => {
    expect(only(of('a: { port: 1 }, b: { port: 2 }', BALANCED))).toMatch(
      /^slipway.yml:5:12: ingress.kind: a load balancer for TCP leads to one process, and a and b have a port/,
    );
    expect(of('a: { port: 1, paths: [/] }, b: { port: 2, paths: [] }, c: {}', BALANCED)).toEqual([]);
    expect(of('a: { port: 1 }, c: {}', BALANCED)).toEqual([]);
  });

  it('knows no paths and hosts', () => {
    expect(only(of('a: { port: 1, paths: [/api] }', BALANCED))).toContain('deploy.processes.a.paths: a load balancer');
    expect(only(of('a: { port: 1, host: "a-{host}" }', BALANCED))).toContain(
      'deploy.processes.a.host: a load balancer',
    );
  });
});
