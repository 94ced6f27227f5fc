import { expect, it } from 'vitest';
import { commandFailed, translateEngineError } from '../../../../src/adapters/docker/translate-engine.ts';

it('leaves other errors alone', () => {
  expect(translateEngineError('Error response from daemon: no such image', undefined)).toBeUndefined();
});

it.each([
  'Cannot connect to the Docker daemon at unix:///x.sock. Is the docker daemon running?',
  'failed to connect to the docker API at unix:///x.sock; check if the path is correct and if the daemon is running: dial unix /x.sock: connect: no such file or directory',
  'error during connect: Head "http://x:2375/_ping": EOF',
])('knows an engine that does not answer: %s', (down) => {
  expect(translateEngineError(down, 'unix:///x.sock')?.message).toBe(
    'the Docker engine at unix:///x.sock does not answer',
  );
});

it.each([
  'permission denied while trying to connect to the Docker daemon socket at unix:///var/run/docker.sock',
  'permission denied while trying to connect to the docker API at unix:///var/run/docker.sock',
])('knows an engine that may not be used: %s', (denied) => {
  expect(translateEngineError(denied, undefined)?.message).toBe('this user may not talk to the Docker engine');
});

it('keeps the reason of a command that failed, without docker’s preamble', () => {
  const error = commandFailed('network n cannot be created', 'note\nError response from daemon: pool is exhausted\n');
  expect(error.message).toBe('network n cannot be created: pool is exhausted');
  expect(error.details).toEqual(['note']);
});
