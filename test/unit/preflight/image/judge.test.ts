import { describe, expect, it } from 'vitest';
import type { ImageDetails, LayerScan } from '../../../../src/ports.ts';
import { imageFindings, type JudgedImage } from '../../../../src/preflight/image/judge.ts';

const TOKEN = `ghp_${'aB3dE6gH9j'.repeat(3)}kLmN12`;
const details: ImageDetails = {
  user: '65532:65532',
  env: { PATH: '/bin', PYTHON_VERSION: '3.14', TOKEN_FILE: '/run/secrets/token' },
  entrypoint: [],
  command: [],
  stopSignal: 'SIGTERM',
  volumes: [],
  size: 90 * 2 ** 20,
  layers: [{ bytes: 80 * 2 ** 20, madeBy: 'RUN |1 NODE_ENV=production /bin/sh -c npm ci' }],
};
const layers: LayerScan = {
  secrets: [],
  lost: 0,
  largest: [{ path: '/usr/lib', bytes: 50 * 2 ** 20 }],
  partial: undefined,
};
const pod = { environment: 'production', object: 'Deployment shop', user: undefined, nonRoot: true };
const judged = (more: Partial<JudgedImage>) =>
  imageFindings({ name: 'shop', details, layers, pods: [pod], place: { file: 'Dockerfile', line: 9 }, ...more });
const said = (more: Partial<JudgedImage>) => judged(more).map(({ code, severity }) => `${code} ${severity}`);

it('says nothing about a healthy image', () => {
  expect(said({})).toEqual([]);
});

describe('the user', () => {
  it.each(['', 'root', '0', '0:0'])('%o is root', (user) => {
    const root = { ...details, user };
    expect(said({ details: root, pods: [{ ...pod, nonRoot: false }] })).toEqual(['runs-as-root warning']);
    expect(said({ details: root })).toEqual(['non-root-refused error']);
    expect(said({ details: root, pods: [{ ...pod, user: 1000 }] })).toEqual([]);
  });

  it('by name is refused where the pod must not be root', () => {
    const [found] = judged({ details: { ...details, user: 'node' } });
    expect(found).toMatchObject({
      code: 'non-root-refused',
      confidence: 'proven',
      where: { file: 'Dockerfile', line: 9, environment: 'production', object: 'Deployment shop' },
    });
    expect(said({ details: { ...details, user: 'node' }, pods: [{ ...pod, nonRoot: false }] })).toEqual([]);
  });
});

describe('a credential', () => {
  it.each([
    ['variable', { details: { ...details, env: { API_TOKEN: 'hunter2' } } }, 'secret-in-image warning'],
    [
      'build argument',
      { details: { ...details, layers: [{ bytes: 1, madeBy: `RUN |2 A=b NPM_TOKEN=${TOKEN} /bin/sh -c npm ci` }] } },
      'secret-in-image warning',
    ],
    [
      'file',
      {
        layers: { ...layers, secrets: [{ path: '/app/.npmrc', what: 'an npm sign-in', certain: true, deleted: true }] },
      },
      'secret-in-image error',
    ],
  ] as const)('in a %s is found, and never shown', (_, more, found) => {
    expect(said(more as Partial<JudgedImage>)).toEqual([found]);
    expect(JSON.stringify(judged(more as Partial<JudgedImage>))).not.toMatch(/hunter2|ghp_/);
  });

  it('that a later layer removes is still there, and the finding says so', () => {
    const secrets = [{ path: '/app/\u001b[31mkey.pem', what: 'a private key', certain: false, deleted: true }];
    const [found] = judged({ layers: { ...layers, secrets } });
    expect(found?.seen).toContain('a later layer removes the file');
    expect(found?.seen).not.toContain('\u001b');
  });
});

describe('the size', () => {
  it('of a large image is shown with what fills it', () => {
    const [found] = judged({ details: { ...details, size: 2 * 2 ** 30 } });
    expect(found).toMatchObject({ code: 'large-image', severity: 'note' });
    expect(found?.seen).toContain('/usr/lib 50 MiB');
    expect(found?.seen).toContain('80 MiB by RUN /bin/sh -c npm ci');
  });

  it('of files that a later layer removes counts as well', () => {
    expect(said({ layers: { ...layers, lost: 200 * 2 ** 20 } })).toEqual(['large-image note']);
  });
});
