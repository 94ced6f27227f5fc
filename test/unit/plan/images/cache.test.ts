import { expect, it } from 'vitest';
import { UserError } from '../../../../src/errors.ts';
import { cacheSpec } from '../../../../src/plan/images/cache.ts';

const REPOSITORY = 'localhost:5000/apps/parking';
const read = (...entries: string[]) => cacheSpec(entries, { repository: REPOSITORY, inlineTags: ['pr-12', 'main'] });

it.each([
  ['gha', ['type=gha'], ['type=gha,mode=max,ignore-error=true']],
  [
    'registry',
    [`type=registry,ref=${REPOSITORY}:buildcache`],
    [`type=registry,ref=${REPOSITORY}:buildcache,mode=max,ignore-error=true`],
  ],
  [
    'registry=ghcr.io/a/b:c',
    ['type=registry,ref=ghcr.io/a/b:c'],
    ['type=registry,ref=ghcr.io/a/b:c,mode=max,ignore-error=true'],
  ],
  ['local=.cache', ['type=local,src=.cache'], ['type=local,dest=.cache,mode=max']],
  ['inline', [`type=registry,ref=${REPOSITORY}:pr-12`, `type=registry,ref=${REPOSITORY}:main`], ['type=inline']],
  ['from=type=s3,bucket=b', ['type=s3,bucket=b'], []],
  ['to=type=local,dest=d', [], ['type=local,dest=d']],
  ['none', [], []],
])('%s', (entry, from, to) => {
  expect(read(entry)).toEqual({ from, to });
});

it('takes several', () => {
  expect(read('gha', 'from=type=local,src=x').from).toEqual(['type=gha', 'type=local,src=x']);
});

it.each(['github', 'gha=x', 'local', 'from=x', 'inline=1'])('refuses %s', (entry) => {
  expect(() => read(entry)).toThrow(UserError);
  expect(() => read(entry)).toThrow(`"${entry}" is not known`);
});

it.each([
  ['registry', `${REPOSITORY}:buildcache`, `${REPOSITORY}:buildcache-pr-7`],
  ['registry=ghcr.io/a/b:c', 'ghcr.io/a/b:c', 'ghcr.io/a/b:c-pr-7'],
  ['registry=ghcr.io/a/b', 'ghcr.io/a/b', 'ghcr.io/a/b:buildcache-pr-7'],
])('SEC-16: a pull request reads the cache of %s, and writes its own', (entry, shared, own) => {
  expect(cacheSpec([entry], { repository: REPOSITORY, inlineTags: [], pullRequest: 7 })).toEqual({
    from: [`type=registry,ref=${own}`, `type=registry,ref=${shared}`],
    to: [`type=registry,ref=${own},mode=max,ignore-error=true`],
  });
});
