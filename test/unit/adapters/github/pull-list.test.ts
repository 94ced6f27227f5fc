import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isPullList, itemsOf, slimPulls } from '../../../../src/adapters/github/pull-list.ts';

describe('a list of pull requests', () => {
  it('is told by its address, which is a template first and whole for the next pages', () => {
    expect(isPullList('/repos/{owner}/{repo}/pulls')).toBe(true);
    expect(isPullList('https://api.github.com/repositories/1/pulls?state=open&page=2')).toBe(true);
    expect(isPullList('/repos/{owner}/{repo}/pulls/{pull_number}')).toBe(false);
  });

  it('is taken apart at its items, whatever stands in their texts', () => {
    const item = fc.dictionary(fc.string(), fc.jsonValue());
    fc.assert(
      fc.property(fc.array(item, { maxLength: 4 }), fc.nat(2), (list, indent) => {
        const items = itemsOf(JSON.stringify(list, undefined, indent));
        expect(items.map((text) => JSON.parse(text))).toEqual(JSON.parse(JSON.stringify(list)));
      }),
    );
  });

  it('keeps what is read of it, and the link to the next page; an answer that is no list stays', async () => {
    const pull = (repo: object | null) => ({
      number: 7,
      state: 'open',
      title: 'a "]" in it',
      head: { sha: 'c0ffee', ref: 'move', repo, user: { id: 1 } },
      base: { sha: 'bada55' },
    });
    const answer = (body: unknown, status = 200) => {
      const headers = { link: '<https://x/2>; rel="next"', 'content-length': '9' };
      return slimPulls(async () => new Response(JSON.stringify(body), { status, headers }))('https://x');
    };
    const slim = await answer([pull({ id: 5, name: 'parking' }), pull(null)]);
    expect(slim.headers.get('link')).toContain('rel="next"');
    expect(slim.headers.get('content-length')).toBeNull();
    const head = { sha: 'c0ffee', ref: 'move' };
    expect(await slim.json()).toEqual([
      { number: 7, state: 'open', head: { ...head, repo: { id: 5 } } },
      { number: 7, state: 'open', head: { ...head, repo: null } },
    ]);
    expect(await (await answer({ message: 'none' })).json()).toEqual({ message: 'none' });
    expect(await (await answer([{ message: 'gone' }], 500)).json()).toEqual([{ message: 'gone' }]);
  });
});
