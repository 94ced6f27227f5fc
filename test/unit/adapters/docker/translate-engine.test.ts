import { expect, it } from 'vitest';
import { commandFailed, translateEngineError } from '../../../../src/adapters/docker/translate-engine.ts';

it('tells an engine that does not answer from one that may not be used', () => {
  const down = 'Cannot connect to the Docker daemon at unix:///x.sock. Is the docker daemon running?';
  expect(translateEngineError(down, 'unix:///x.sock')?.message).toBe(
    'the Docker engine at unix:///x.sock does not answer',
  );
  const denied = 'permission denied while trying to connect to the Docker daemon socket at unix:///var/run/docker.sock';
  expect(translateEngineError(denied, undefined)?.message).toBe('this user may not talk to the Docker engine');
  expect(translateEngineError('Error response from daemon: no such image', undefined)).toBeUndefined();
});

it('keeps the reason of a command that failed, without docker’s preamble', () => {
  const error = commandFailed('network n cannot be created', 'note\nError response from daemon: pool is exhausted\n');
  expect(error.message).toBe('network n cannot be created: pool is exhausted');
  expect(error.details).toEqual(['note']);
});
