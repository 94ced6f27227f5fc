import fc from 'fast-check';
import { expect, it } from 'vitest';
import { commandArray } from '../../../src/objects/app/container.ts';
import { verbatim } from '../../../src/objects/verbatim.ts';

/**
 * What the kubelet makes of a part of a command, where a container has variables of all names.
 * @see https://github.com/kubernetes/kubernetes/blob/v1.34.0/third_party/forked/golang/expansion/expand.go
 */
function expanded(part: string): string {
  return part.replace(/\$\$|\$\([^)]*\)/g, (found) => (found === '$$' ? '$' : 'a value'));
}

it('a part of a command comes to the container as it is written', () => {
  const part = fc.array(fc.constantFrom('$', '(', ')', 'PORT', ' ', '{', '`'), { maxLength: 12 });
  fc.assert(
    fc.property(part, (pieces) => {
      expect(expanded(verbatim(pieces.join('')))).toBe(pieces.join(''));
    }),
  );
});

it('a shell line has its own process id, and the output of a program of the name of a variable', () => {
  const line = 'echo $$ $(PORT) "$PORT"';
  expect(commandArray(line).map(expanded)).toEqual(['sh', '-c', line]);
  // What needs no change has none: people read it.
  expect(commandArray('exec serve --port "$PORT"')[2]).toBe('exec serve --port "$PORT"');
});
