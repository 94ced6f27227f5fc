import { describe, expect, it } from 'vitest';
import { parseConfig } from '../../../src/config/load.ts';
import { HEAD, problemsOf } from '../../support/unit/problems.ts';

const IMAGES = `app: shop
images: { api: { repository: r.example/api }, web: { repository: r.example/web } }
`;
const deploy = (text: string, head = HEAD) => problemsOf(`${head}deploy:\n  ${text}\n`);
const only = (problems: string[]) => {
  expect(problems).toHaveLength(1);
  return problems[0];
};

describe('deploy.processes', () => {
  it('accepts the form of the documentation', () => {
    const text = `${IMAGES}tests: { unit: { image: api, run: pytest } }
deploy:
  migrate: { image: api, command: flask db upgrade }
  processes:
    api: { image: api, port: 8080, health: /healthz, replicas: 2, paths: [/api] }
    web: { image: web, port: 3000, paths: [/], after: [api] }
    worker: { image: api, command: celery worker }
  crons:
    nightly: { image: api, command: flask cleanup, schedule: "0 3 * * *", timeZone: Europe/Berlin, deadline: 1h, concurrency: forbid, history: 3 }
environments:
  staging: { namespace: s, host: s.dev, processes: { api: { replicas: 3 } }, crons: { nightly: { suspend: true } } }
`;
    expect(problemsOf(text)).toEqual([]);
  });

  it.each(['port: 80', 'health: /x', 'replicas: 2', 'command: x', 'startup: 5s', 'drain: 5s', 'grace: 5s'])(
    'refuses %s of the short form beside it',
    (key) => {
      expect(only(deploy(`${key}\n  processes: { worker: {} }`))).toMatch(
        /^slipway.yml:4:3: deploy\.\w+: stands beside deploy.processes, .* move it to deploy.processes.worker\.\w+$/,
      );
    },
  );

  it('is not empty, and not beside objects of the team', () => {
    expect(only(deploy('processes: {}'))).toContain('is empty');
    expect(only(deploy('manifests: k8s\n  processes: { worker: {} }'))).toContain(
      'has no effect beside deploy.manifests',
    );
    expect(only(deploy('manifests: k8s\n  crons: { c: { command: x, schedule: "@daily" } }'))).toContain(
      'deploy.crons: has',
    );
  });

  it.each(['health: /x', 'paths: [/]', 'host: "w-{host}"', 'drain: 5s'])(
    'refuses %s on a process without a port',
    (key) => {
      const problem = only(deploy(`processes:\n    worker: { ${key} }`));
      expect(problem).toMatch(
        /^slipway.yml:5:15: deploy.processes.worker.\w+: has no effect on a process without a port/,
      );
    },
  );

  it('refuses the same in an environment', () => {
    const text = `${HEAD}deploy: { processes: { worker: {}, web: { port: 1 } } }\nenvironments: { s: { namespace: s, processes: { worker: { drain: 5s } } } }\n`;
    expect(only(problemsOf(text))).toContain('environments.s.processes.worker.drain: has no effect');
  });
});

describe('images of processes', () => {
  const processes = 'processes: { a: { image: api }, b: { image: web } }';

  it('are named where there are several', () => {
    expect(only(deploy('processes: { a: {}, b: { image: web }, c: { image: api } }', IMAGES))).toContain(
      'deploy.processes.a.image: does not say in which image it runs; name one of api, web',
    );
    expect(only(deploy(`migrate: x\n  ${processes}`, IMAGES))).toContain(
      'deploy.migrate: does not say in which image it runs; write { image: NAME, command: … } with one of api, web',
    );
  });

  it('exist', () => {
    expect(
      only(deploy(`${processes}\n  crons: { c: { image: apy, command: x, schedule: "@daily" } }`, IMAGES)),
    ).toContain('deploy.crons.c.image: "apy" is not defined; did you mean "api"?');
    expect(only(deploy('processes: { a: { image: web } }'))).toContain('"web" is not defined; defined are: parking');
  });

  it('are all used', () => {
    expect(only(deploy('processes: { a: { image: api } }', IMAGES))).toBe(
      'slipway.yml:2:47: images.web: no process, cron, test or migration uses it; name it in one of them, or leave it out',
    );
    expect(deploy('processes: { a: { image: api } }\ntests: { t: { image: web, run: x } }', IMAGES)).toEqual([]);
  });

  it('need processes where the app is deployed', () => {
    expect(only(problemsOf(`${IMAGES}environments: { s: { namespace: s } }\n`))).toContain(
      'deploy.processes: is missing',
    );
  });
});

describe('the order of processes', () => {
  it('names other processes', () => {
    expect(only(deploy('processes: { api: {}, web: { after: [apy] } }'))).toContain(
      'deploy.processes.web.after: "apy" is not defined; did you mean "api"?',
    );
  });

  it('has no circle', () => {
    expect(
      only(deploy('processes: { a: { after: [b] }, b: { after: [c] }, c: { after: [a] }, d: { after: [a] } }')),
    ).toContain(
      'deploy.processes.a.after: a waits for b, which waits for c, which waits for a: none of them would ever be written',
    );
    expect(only(deploy('processes: { a: { after: [a] } }'))).toContain('a waits for a');
    expect(deploy('processes: { a: { after: [b, c] }, b: { after: [c] }, c: {} }')).toEqual([]);
  });
});

describe('what an environment replaces', () => {
  const environment = (text: string, processes = 'processes: { web: { port: 1 } }') =>
    problemsOf(`${HEAD}deploy: { ${processes} }\nenvironments: { s: { namespace: s, ${text} } }\n`);

  it('is a process or cron that exists', () => {
    expect(only(environment('processes: { wep: { replicas: 1 } }'))).toBe(
      'slipway.yml:4:49: environments.s.processes: "wep" is not defined; did you mean "web"?',
    );
    expect(only(environment('crons: { nightly: { suspend: true } }'))).toContain(
      '"nightly" is not defined; none is defined',
    );
    expect(only(environment('processes: { web: { replicas: 1 } }', 'port: 1'))).toContain('none is defined');
  });

  it('names the process', () => {
    expect(only(environment('replicas: 3'))).toContain('move it to environments.s.processes.web.replicas');
  });
});

describe('names of processes and crons', () => {
  const cron = '{ command: x, schedule: "@daily" }';

  it('differ from each other, and from those of Slipway', () => {
    expect(only(deploy(`processes: { a: {} }\n  crons: { a: ${cron} }`))).toContain('a process has this name');
    expect(only(deploy(`port: 1\n  crons: { web: ${cron} }`))).toContain('a process has this name');
    expect(only(deploy('processes: { migration: {} }'))).toContain("belongs to pods of Slipway's own");
  });

  it('differ from services of review environments', () => {
    expect(only(deploy('processes: { cache: {} }\nreview: { services: { parking-cache: memcached } }'))).toContain(
      'its objects would have the name of review.services.parking-cache',
    );
  });

  it('fit with the name of the app', () => {
    const head = HEAD.replace('parking', 'p'.repeat(40));
    expect(only(deploy(`port: 1\n  crons: { ${'n'.repeat(12)}: ${cron} }`, head))).toContain('more than 52 characters');
    expect(deploy(`port: 1\n  crons: { ${'n'.repeat(11)}: ${cron} }`, head)).toEqual([]);
    expect(only(deploy(`processes: { ${'n'.repeat(23)}: {} }`, head))).toContain('more than 63 characters');
  });
});

describe('deploy.crons', () => {
  it('refuses what Kubernetes would refuse, in an environment as well', () => {
    expect(only(deploy('crons: { c: { command: x, schedule: "0 3 * *" } }'))).toMatch(
      /^slipway.yml:4:29: deploy.crons.c.schedule: "0 3 \* \*" has 4 fields and needs 5/,
    );
    expect(only(deploy('crons: { c: { command: x, schedule: "@daily", timeZone: Europe/Berln } }'))).toContain(
      'deploy.crons.c.timeZone: "Europe/Berln" is not a time zone such as Europe/Berlin; did you mean "Europe/Berlin"?',
    );
    expect(only(deploy('crons: { c: { command: x, schedule: "@daily", deadline: 0s } }'))).toContain(
      'end every run at once',
    );
    const text = `${HEAD}deploy: { crons: { c: ${cronText} } }\nenvironments: { s: { namespace: s, crons: { c: { schedule: "@dayly" } } } }\n`;
    expect(only(problemsOf(text))).toContain('environments.s.crons.c.schedule: "@dayly" is not one of');
  });

  it('needs a command and a schedule', () => {
    expect(deploy('crons: { c: {} }')).toHaveLength(2);
  });
});
const cronText = '{ command: x, schedule: "@daily" }';

describe('SEC-27: more than anybody reads', () => {
  const many = (count: number, line: (index: number) => string) => Array.from({ length: count }, (_, i) => line(i));
  it.each([
    ['processes', many(10_000, (i) => `    p${i}: { port: 8080, paths: [/p${i}] }\n`), 'has more than 100 entries'],
    ['processes', many(8_000, (i) => `    p${i}: { after: [p${i + 1}] }\n`), 'has more than 100 entries'],
    ['crons', many(10_000, (i) => `    c${i}: { command: a, schedule: "@daily" }\n`), 'has more than 100 entries'],
    [
      'patches',
      many(8_000, () => '    - { target: { kind: Deployment }, patch: { a: "{host}" } }\n'),
      'must have at most 200 items',
    ],
  ])('deploy.%s is refused with its line', (key, lines, problem) => {
    const text = `app: a\nimage: { repository: r.example/a/b }\ndeploy:\n  ${key}:\n${lines.join('')}`;
    expect(() => parseConfig(text, 'slipway.yml')).toThrow(problem);
    expect(() => parseConfig(text, 'slipway.yml')).toThrow(new RegExp(`^slipway\\.yml:[45]:\\d+: deploy\\.${key}`));
  });
});
