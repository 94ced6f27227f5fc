import fc from 'fast-check';
import { marked } from 'marked';
import { describe, expect, it } from 'vitest';
import { COMMENT_CHARACTERS } from '../../../src/report/limits.ts';
import { markedApp, reviewComment, reviewMarker } from '../../../src/report/review-comment.ts';
import { reviewBlocks, reviewDeploymentStatus, reviewOutputs } from '../../../src/report/review-report.ts';
import type { ReviewState } from '../../../src/report/review-state.ts';
import { reviewHeadline } from '../../../src/report/review-words.ts';
import { stateOf } from '../../support/unit/review.ts';

const FAILED: Partial<ReviewState> = {
  phase: 'failed',
  failure: {
    message: 'parking/web: GET /healthz answers 503',
    details: ['no such table: lots', 'restarting'],
    remedy: 'Look at the migration.',
  },
};

describe('the comment', () => {
  it('of an environment that answers', () => {
    expect(reviewComment(stateOf({ tests: { passed: true, text: '12 passed' } }))).toBe(`<!-- slipway:review:parking -->

### ✅ Review environment: parking

Open it: **[pr-7.parking.example.dev](https://pr-7.parking.example.dev)**

<table>
<tr><th align="left">Commit</th><td>9f2c4b7d9f2c4b7d9f2c4b7d9f2c4b7d9f2c4b7d</td></tr>
<tr><th align="left">Image</th><td><code>registry.<wbr>example/<wbr>apps/<wbr>parking@<!-- --><wbr>sha256:<wbr>ab12ab12ab12…</code></td></tr>
<tr><th align="left">Running</th><td><code>parking</code> one pod<br><code>database</code> PostgreSQL 17</td></tr>
<tr><th align="left">Database</th><td>PostgreSQL 17, new, seeded from db/seed.sql</td></tr>
<tr><th align="left">Tests</th><td>✅ 12 passed</td></tr>
<tr><th align="left">Removed</th><td>with the pull request, or after 2026-10-12 11:00 UTC without a deploy</td></tr>
<tr><th align="left">Logs</th><td><code>/review logs</code> in a comment, or <code>kubectl logs --namespace parking-pr-7-3f2a91 deployment/parking --follow</code></td></tr>
<tr><th align="left">Commands</th><td><code>/review</code> <code>restart</code>, <code>sleep</code>, <code>extend 24h</code>, <code>down</code>, <code>reset-database</code></td></tr>
</table>

<sub>migrate 1.2 s · in all 9.0 s · [run](https://github.com/acme/parking/actions/runs/5)</sub>
`);
  });

  it('of a failure has the diagnosis, and says whether the earlier version still answers', () => {
    const body = reviewComment(stateOf(FAILED));
    expect(body).toContain('> [!CAUTION]\n> **parking/web: GET /healthz answers 503**');
    expect(body).toContain('<details open>');
    expect(body).toContain('```text\nno such table: lots\nrestarting\n```');
    // What to do speaks of the lines above it.
    expect(body.indexOf('**What to do:** Look at the migration.')).toBeGreaterThan(body.indexOf('restarting'));
    expect(body).toContain('The earlier version still answers at');
    expect(reviewComment(stateOf({ ...FAILED, answers: false }))).not.toContain('still answers');
  });

  it('of a first deploy that was refused shows no logs and no commands, because nothing is there', () => {
    const refused = stateOf({ ...FAILED, answers: false, expiresAt: undefined, parts: [], database: undefined });
    expect(reviewComment(refused)).not.toMatch(/>Logs<|>Commands<|kubectl|\/review/);
    expect(JSON.stringify(reviewBlocks(refused))).not.toContain('kubectl');
    const failed = stateOf({ ...FAILED, answers: false });
    expect(reviewComment(failed)).toMatch(/>Logs<.*\n.*>Commands</);
    expect(JSON.stringify(reviewBlocks(failed))).toContain('kubectl');
  });

  it('while it is brought up says when it can be opened already', () => {
    expect(reviewComment(stateOf({ phase: 'starting', answers: false }))).toContain('It will answer at');
    expect(reviewComment(stateOf({ phase: 'starting' }))).toContain('An earlier version answers at');
  });

  it('F1: while it waits says why, and what to do', () => {
    const what = 'Deployment ns/parking: nothing listens on port 8000 of the pod (@mona)';
    const waiting = { what, remedy: 'Make it listen on 0.0.0.0:8000, or correct `deploy.port`.' };
    const state = stateOf({ phase: 'starting', answers: false, waiting });
    const body = reviewComment(state);
    expect(body).toContain('> [!WARNING]\n> **Still waiting:** Deployment ns/parking: nothing listens on port 8000');
    expect(body).toContain('**What to do:** Make it listen on 0.0.0.0:8000, or correct `deploy.port`.');
    expect(body).not.toContain('@mona');
    expect(reviewDeploymentStatus(state)).toMatchObject({
      state: 'in_progress',
      description: `still waiting: ${what}`,
    });
  });

  it('F1: of a cancelled run has the cause that it knew, if it knew one', () => {
    const failure = { message: 'cancelled (SIGINT), while ns/web: nothing listens', details: ['ns/web'], remedy: 'x' };
    const body = reviewComment(stateOf({ phase: 'cancelled', failure }));
    expect(body).toContain('> [!WARNING]\n> **cancelled (SIGINT), while ns/web: nothing listens**');
    expect(reviewComment(stateOf({ phase: 'cancelled', failure: { ...failure, details: [] } }))).not.toContain(
      'SIGINT',
    );
  });

  it('after the removal says closed, and shows nothing that is gone', () => {
    const body = reviewComment(stateOf({ phase: 'removed', gone: { namespaces: ['n'], images: [] } }));
    expect(body).toContain('Closed.');
    expect(body).not.toMatch(/kubectl|https:\/\/pr-7/);
  });

  it('asleep says what wakes it, and not that anything runs', () => {
    const body = reviewComment(stateOf({ phase: 'asleep' }));
    expect(body).toContain('<code>wake</code>');
    expect(body).not.toMatch(/one pod|<code>sleep<|kubectl/);
  });

  it('removed on request does not say that the pull request is closed', () => {
    const answer = { command: '/review down', by: 'mona', text: 'it is removed, with its database.' };
    const body = reviewComment(stateOf({ phase: 'removed', gone: { namespaces: ['n'], images: [] }, answer }));
    expect(body).toContain('Removed. The next push');
    expect(body).not.toContain('Closed.');
  });

  it('warns of failed tests and still shows the URL', () => {
    const body = reviewComment(stateOf({ tests: { passed: false, text: '1 failed' } }));
    expect(body).toContain('### ⚠️ Review environment');
    expect(body).toContain('Open it:');
    expect(body).toContain('❌ 1 failed');
  });

  it('is found by its marker, which holds nothing but the app', () => {
    expect(reviewMarker('parking')).toBe('<!-- slipway:review:parking -->');
    expect(markedApp(reviewComment(stateOf()))).toBe('parking');
    expect(markedApp(`x ${reviewMarker('parking')}`)).toBe('parking');
    expect(markedApp('no marker')).toBeUndefined();
  });

  it('fits GitHub, however long the log is', () => {
    const details = Array.from({ length: 5_000 }, (_, i) => `line ${i} ${'x'.repeat(100)}`);
    const body = reviewComment(stateOf({ ...FAILED, failure: { message: 'm', details, remedy: undefined } }));
    expect(body.length).toBeLessThan(COMMENT_CHARACTERS);
    expect(body).toContain('line 4999');
  });

  it('no text of others becomes markup, a mention or another comment of ours', () => {
    const hostile = fc.constantFrom('@all', '<script>', '](javascript:x)', '```', '| a |', '-->', '![x](y)', '\n# h\n');
    fc.assert(
      fc.property(fc.array(fc.oneof(hostile, fc.string()), { maxLength: 6 }), (pieces) => {
        const text = pieces.join('');
        const failure = { message: text, details: [], remedy: text };
        const body = reviewComment(
          stateOf({ phase: 'failed', failure, notes: [text], parts: [{ name: 'a', what: text }] }),
        );
        // In code nothing is a mention.
        const html = marked.parse(body, { async: false, gfm: true }).replace(/<code>[^<]*<\/code>/g, '');
        expect(html).not.toMatch(/@all|<script|<img|<h1|href="javascript/);
        expect(body.split('<!-- slipway:').length).toBe(2);
      }),
    );
  });
});

describe('all from the same state', () => {
  it.each([
    ['starting', 'in_progress'],
    ['ready', 'success'],
    ['failed', 'failure'],
    ['cancelled', 'error'],
    ['removed', 'inactive'],
  ] as const)('%s is %s as a deployment', (phase, state) => {
    expect(reviewDeploymentStatus(stateOf({ phase })).state).toBe(state);
  });

  it('R18: the deployment has a URL only where it may be a button', () => {
    expect(reviewDeploymentStatus(stateOf()).environmentUrl).toBe('https://pr-7.parking.example.dev');
    expect(reviewDeploymentStatus(stateOf({ url: 'http://pr-7.acme.dev' })).environmentUrl).toBeUndefined();
    expect(reviewDeploymentStatus(stateOf({ phase: 'removed' })).environmentUrl).toBeUndefined();
  });

  it('outputs name what is there, and nothing that is gone', () => {
    expect(reviewOutputs(stateOf())).toEqual({
      url: 'https://pr-7.parking.example.dev',
      state: 'ready',
      namespace: 'parking-pr-7-3f2a91',
      'expires-at': '2026-10-12T11:00:00Z',
    });
    expect(reviewOutputs(stateOf({ phase: 'removed' }))).toMatchObject({ url: '', state: 'removed', 'expires-at': '' });
  });

  it('the summary has the same facts as the comment', () => {
    const state = stateOf();
    const text = JSON.stringify(reviewBlocks(state));
    for (const fact of [state.url, state.commit, state.images.parking, state.namespace, 'seeded from db/seed.sql']) {
      expect(text).toContain(fact);
    }
  });

  it('the headline says what is true now', () => {
    expect(reviewHeadline(stateOf())).toMatch(/answers at https/);
    expect(reviewHeadline(stateOf(FAILED))).toMatch(/failed: parking\/web/);
    expect(reviewHeadline(stateOf({ phase: 'absent' }))).toMatch(/nothing to remove/);
  });
});

describe('the ingress in the comment', () => {
  it('whom it lets in is told, by the name of the variable alone', () => {
    const guard = 'asks for a name and a password (those of REVIEW_LOGIN)';
    expect(reviewComment(stateOf({ guard }))).toContain(`Guarded</th><td>${guard}`);
    expect(reviewComment(stateOf())).not.toContain('Guarded');
  });

  it('R18: an address for TCP is no link', () => {
    const comment = reviewComment(stateOf({ url: 'tcp://10.0.0.7:5432' }));
    expect(comment).toContain('`tcp://10.0.0.7:5432`');
    expect(comment).not.toContain('](tcp:');
  });

  it('an address that only the cluster knows is not made up', () => {
    expect(reviewComment(stateOf({ phase: 'starting', answers: false, url: '' }))).toContain(
      'its address will stand here',
    );
  });
});
