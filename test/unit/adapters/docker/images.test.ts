import { expect, it } from 'vitest';
import { listCommands } from '../../../../src/adapters/docker/images.ts';

it('asks for images without a name as well, which Docker 29 does not list otherwise', () => {
  const list = ['image', 'ls', '--quiet', '--no-trunc', '--filter=label=a=1', '--filter=label=b=x,y'];
  expect(listCommands({ a: '1', b: 'x,y' })).toEqual([list, [...list, '--filter=dangling=true']]);
});
