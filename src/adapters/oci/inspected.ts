import { messageOf } from '../../errors.ts';
import type { InspectedRegistry, Registry } from '../../ports.ts';
import { baseUrl } from './hosts.ts';
import { unreachable } from './translate.ts';

/** Milliseconds. */
const TIMEOUT_MS = 10_000;

/** Registries that are only read. */
export function inspectedRegistry(registry: Pick<Registry, 'resolve'>, signal: AbortSignal): InspectedRegistry {
  return {
    ping: async (host) => {
      const limit = AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]);
      // 401 is an answer: it asks for a token.
      await fetch(`${baseUrl(host)}/v2/`, { signal: limit, redirect: 'manual' }).catch((cause) => {
        signal.throwIfAborted();
        throw unreachable(host, messageOf(cause));
      });
    },
    // An image without this tag can be read as well as one with it.
    read: async (repository) => void (await registry.resolve(`${repository}:latest`)),
  };
}
