import type { Actor } from './actor.ts';
import { CONTROL_PREFIX } from './server.ts';

/** The actor of a double in another process: the same methods, each answered by a promise. */
export type RemoteActor = {
  [Name in keyof Actor]: (...values: Parameters<Actor[Name]>) => Promise<Awaited<ReturnType<Actor[Name]>>>;
};

/** @param url of the double's pages */
export function remoteActor(url: string): RemoteActor {
  const call = async (name: string, values: unknown[]): Promise<unknown> => {
    const response = await fetch(`${url}${CONTROL_PREFIX}${name}`, { method: 'POST', body: JSON.stringify(values) });
    if (!response.ok)
      throw new Error(`the double of GitHub refused ${name}: ${response.status} ${await response.text()}`);
    return response.json();
  };
  return new Proxy({} as RemoteActor, {
    // A proxy with a `then` would be taken for a promise.
    get: (_target, name) => (name === 'then' ? undefined : (...values: unknown[]) => call(String(name), values)),
  });
}
