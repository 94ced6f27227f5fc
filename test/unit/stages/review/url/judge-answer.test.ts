import { describe, expect, it } from 'vitest';
import { TimedOut } from '../../../../../src/errors.ts';
import { HttpFailure } from '../../../../../src/ports/http.ts';
import type { Http, HttpAnswer, Log } from '../../../../../src/ports.ts';
import { judgeAnswer } from '../../../../../src/stages/review/url/judge-answer.ts';
import { waitForUrl } from '../../../../../src/stages/review/url/url.ts';
import { StepClock } from '../../../../support/step-clock.ts';

const answer = (status: number, body = '', server = ''): HttpAnswer => ({ status, body, server });
const NOBODY = answer(404, 'not found', 'ingress');

describe('what an answer says', () => {
  it.each([
    [answer(200), false, undefined, true],
    [answer(302), false, undefined, true],
    [answer(401), false, undefined, true],
    [answer(503), false, undefined, false],
    [answer(404, 'no such lot', 'gunicorn'), false, NOBODY, true],
    [answer(404, 'not found', 'ingress'), false, NOBODY, false],
    [answer(204), true, undefined, true],
    [answer(404), true, undefined, false],
    [answer(500), true, undefined, false],
  ])('%j, asked for its health: %s → %s', (got, health, nobody, up) => {
    expect(judgeAnswer(got, health, nobody).up).toBe(up);
  });

  it('a reason has the first words of the page, without its markup', () => {
    expect(judgeAnswer(answer(503, '<h1>no ready\n endpoint</h1>'), false, undefined)).toEqual({
      up: false,
      reason: 'it answers 503 (no ready endpoint)',
    });
  });
});

describe('waiting for the URL', () => {
  const told: string[] = [];
  const log = { info: (line: string) => told.push(line), warning: () => undefined } as Partial<Log> as Log;
  const { signal } = new AbortController();

  function asking(answers: (HttpAnswer | HttpFailure)[]): { http: Http; asked: string[] } {
    const asked: string[] = [];
    const http: Http = {
      get: async (url, { hostHeader }) => {
        asked.push(hostHeader ? `${url} as ${hostHeader}` : url);
        const next = hostHeader ? NOBODY : answers.length > 1 ? answers.shift() : answers[0];
        if (next === undefined || next instanceof HttpFailure) throw next;
        return next;
      },
    };
    return { http, asked };
  }

  it('goes on over everything that is not an answer of the app, and tells each reason once', async () => {
    const refused = new HttpFailure('refused', 'connect ECONNREFUSED');
    const { http, asked } = asking([refused, refused, NOBODY, answer(503), answer(200)]);
    told.length = 0;
    await waitForUrl('http://pr-7.p.localhost', undefined, { http, clock: new StepClock(), log, signal });
    expect(told).toEqual([
      'waiting for http://pr-7.p.localhost: connect ECONNREFUSED',
      'waiting for http://pr-7.p.localhost: the ingress controller does not serve the host yet (404)',
      'waiting for http://pr-7.p.localhost: it answers 503',
    ]);
    expect(asked.filter((url) => url.includes(' as '))).toHaveLength(1);
  });

  it('asks the health check where there is one', async () => {
    const { http, asked } = asking([answer(200)]);
    await waitForUrl('https://h', '/healthz', { http, clock: new StepClock(), log, signal });
    expect(asked).toEqual(['https://h/healthz']);
  });

  it.each([
    [new HttpFailure('unknown-host', 'getaddrinfo ENOTFOUND h'), /ENOTFOUND/, /wildcard DNS record/],
    [new HttpFailure('certificate', 'self-signed certificate'), /self-signed/, /certificate of the ingress/],
    [answer(502, 'bad gateway'), /it answers 502 \(bad gateway\)/, /ingress\.class/],
  ])('gives up with the reason of the last failure and what to do: %o', async (last, reason, remedy) => {
    const wait = waitForUrl('https://h', undefined, { ...asking([last]), clock: new StepClock(), log, signal });
    const error = await wait.then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
    expect(error).toBeInstanceOf(TimedOut);
    expect((error as TimedOut).details.join()).toMatch(reason);
    expect((error as TimedOut).remedy).toMatch(remedy);
  });
});
