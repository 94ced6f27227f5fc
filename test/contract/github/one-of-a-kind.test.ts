import { describe, expect, it } from 'vitest';
import { FULL } from '../../support/github-double/tokens.ts';
import { adapterOfEachTest, MARKER } from './adapter.ts';

describe('adapters/github: what there is one of', () => {
  const { double, github } = adapterOfEachTest();
  const operations = () => double.actor.requests().map((request) => request.operation);

  describe('the one comment', () => {
    it('is created, then updated, and left alone when nothing changed', async () => {
      const first = await github().upsertComment(1, MARKER, 'is being built');
      expect(first).toEqual({ url: expect.stringContaining('/acme/parking/pull/1#issuecomment-'), created: true });
      expect(await github().upsertComment(1, MARKER, `${MARKER}\nis ready`)).toEqual({
        url: first.url,
        created: false,
      });
      await github().upsertComment(1, MARKER, `${MARKER}\nis ready`);
      expect(double.actor.comments(1).map((comment) => comment.body)).toEqual([`${MARKER}\nis ready`]);
      expect(operations().filter((name) => name === 'issues/update-comment')).toHaveLength(1);
      expect(await github().findComment(1, MARKER)).toBe(`${MARKER}\nis ready`);
    });

    it('is found on the fourth page (H2)', async () => {
      for (let i = 0; i < 340; i++) double.actor.comment(1, `remark ${i}`);
      await github().upsertComment(1, MARKER, 'one');
      await github().upsertComment(1, MARKER, 'two');
      expect(double.actor.comments(1).filter((comment) => comment.body.includes(MARKER))).toHaveLength(1);
    });

    it('is never one that somebody else wrote with our marker', async () => {
      const theirs = double.actor.comment(1, `${MARKER}\nmine now`, 'stranger');
      await github().upsertComment(1, MARKER, 'ours');
      const bodies = double.actor.comments(1).map((comment) => [comment.author.login, comment.body]);
      expect(bodies).toEqual([
        ['stranger', `${MARKER}\nmine now`],
        ['github-actions[bot]', `${MARKER}\nours`],
      ]);
      expect(double.actor.comments(1)[0]?.id).toBe(theirs);
    });

    it('is that of the person behind a personal token, not of a bot with the same marker', async () => {
      await github().upsertComment(1, MARKER, 'from the job');
      await github(double.actor.addToken(FULL, 'developer')).upsertComment(1, MARKER, 'from a person');
      expect(double.actor.comments(1).map((c) => c.author.login)).toEqual(['github-actions[bot]', 'developer']);
    });

    it('is one, whatever a lost answer or a second run left behind (H2)', async () => {
      double.actor.fault({ on: 'issues/create-comment', kind: 'lost-response' });
      expect((await github().upsertComment(1, MARKER, 'one')).created).toBe(true);
      expect(double.actor.comments(1)).toHaveLength(1);
      for (const body of ['again', 'and again'])
        double.actor.comment(1, `${MARKER}\n${body}`, 'github-actions[bot]', 'Bot');
      await github().upsertComment(1, MARKER, 'two');
      expect(double.actor.comments(1).map((comment) => comment.body)).toEqual([`${MARKER}\ntwo`]);
    });

    it('is one when two runs create it at the same time', async () => {
      await Promise.all([github().upsertComment(1, MARKER, 'same'), github().upsertComment(1, MARKER, 'same')]);
      expect(double.actor.comments(1)).toHaveLength(1);
    });

    it('is sent again when the request never arrived', async () => {
      double.actor.fault({ on: 'issues/create-comment', kind: 'no-answer' });
      await github().upsertComment(1, MARKER, 'one');
      expect(double.actor.comments(1)).toHaveLength(1);
    });

    it('holds no secret (R13)', async () => {
      await github().upsertComment(1, MARKER, 'password hunter2');
      expect(double.actor.comments(1)[0]?.body).toBe(`${MARKER}\npassword ***`);
    });
  });

  describe('the one issue', () => {
    const LABEL = 'slipway-drift';
    const request = (text: string) => ({ title: 'Drift', body: `${MARKER}\n${text}`, label: LABEL });

    it('is opened with its label, found, updated, and closed with a comment', async () => {
      const opened = await github().openIssue(MARKER, request('password hunter2'));
      expect(opened).toMatchObject({ open: true, url: expect.stringContaining('/acme/parking/issues/2') });
      expect(await github().findIssue(MARKER, LABEL)).toEqual({ ...opened, body: `${MARKER}\npassword ***` });
      await github().updateIssue(opened.number, { title: 'Drift again', body: `${MARKER}\ntwo` });
      await github().closeIssue(opened.number, `${MARKER}\nnone`, 'gone');
      expect(double.actor.issues()).toMatchObject([
        { title: 'Drift again', body: `${MARKER}\nnone`, state: 'closed', stateReason: 'completed', labels: [LABEL] },
      ]);
      expect(double.actor.comments(opened.number).map(({ body }) => body)).toEqual(['gone']);
      expect(await github().findIssue(MARKER, LABEL)).toMatchObject({ number: opened.number, open: false });
    });

    it('is found on the third page, and is no pull request with the marker', async () => {
      const opened = await github().openIssue(MARKER, request('one'));
      for (let i = 0; i < 240; i++) double.actor.openIssue(`remark ${i}`, 'x');
      expect((await github().findIssue(MARKER, LABEL))?.number).toBe(opened.number);
      double.actor.closeIssue(opened.number);
      expect(await github().findIssue(MARKER, LABEL)).toMatchObject({ number: opened.number, open: false });
    });

    it('is never one that somebody else opened with our marker', async () => {
      double.actor.openIssue('mine now', MARKER, 'stranger');
      expect(await github().findIssue(MARKER, LABEL)).toBeUndefined();
    });

    it('is one, whatever a lost answer or a second run left behind', async () => {
      double.actor.fault({ on: 'issues/create', kind: 'lost-response' });
      await github().openIssue(MARKER, request('one'));
      expect(double.actor.issues()).toHaveLength(1);
      await Promise.all([github().openIssue(MARKER, request('two')), github().openIssue(MARKER, request('two'))]);
      expect(double.actor.issues().filter(({ state }) => state === 'open')).toHaveLength(1);
    });

    it('is sent again when the request never arrived', async () => {
      double.actor.fault({ on: 'issues/create', kind: 'no-answer' });
      await github().openIssue(MARKER, request('one'));
      expect(double.actor.issues()).toHaveLength(1);
    });

    it('names the permission that is missing', async () => {
      const { issues: _, ...rest } = FULL;
      const own = github(double.actor.addToken(rest));
      await expect(own.findIssue(MARKER, LABEL)).rejects.toThrow(/looking for the issue.*"issues: write"/);
      const reading = github(double.actor.addToken({ ...rest, issues: 'read' }));
      await expect(reading.openIssue(MARKER, request('one'))).rejects.toThrow(/opening an issue.*"issues: write"/);
    });
  });
});
