import { EnvironmentError, type SlipwayError } from '../../errors.ts';
import type { ImageReference } from '../../objects/image-reference.ts';
import type { DockerCli } from '../docker/cli.ts';
import { lastPrintedLines } from '../docker/translate-engine.ts';
import { Transient } from './retry.ts';
import { translateRefusal, unreachable } from './translate.ts';

export interface PushTarget {
  repository: Pick<ImageReference, 'host' | 'path' | 'repository'>;
  tag: string;
}

/**
 * Uploads a tagged image by `docker push`; resolves to the digest that the registry confirmed.
 * @throws Transient for a failure that may pass; UserError or EnvironmentError for a refusal
 * @see https://docs.docker.com/reference/cli/docker/image/push/
 */
export async function dockerPush(
  docker: DockerCli,
  { repository, tag }: PushTarget,
  options: {
    env: NodeJS.ProcessEnv;
    hasLogin: boolean;
    onLine: (line: string) => void;
    signal?: AbortSignal | undefined;
  },
): Promise<string> {
  const name = `${repository.repository}:${tag}`;
  const { env, signal } = options;
  const onLine = withoutCountdown(options.onLine);
  const { code, stdout, stderr } = await docker.attempt(['image', 'push', '--', name], { env, onLine, signal });
  const digest = /digest: (sha256:[0-9a-f]{64})/.exec(stdout)?.[1];
  if (code === 0 && digest) return digest;
  throw pushError(repository, name, lastPrintedLines(stderr || stdout, 3).join(' '), options.hasLogin);
}

/** Docker prints a countdown to each new attempt of a layer, a line per second; one line of it is enough. */
function withoutCountdown(onLine: (line: string) => void): (line: string) => void {
  const waiting = new Set<string>();
  return (line) => {
    const [, layer = '', state = ''] = /^([0-9a-f]{12}): (.*)$/.exec(line) ?? [];
    const countdown = /^Retrying in \d+ seconds?$/.test(state);
    if (!countdown) waiting.delete(layer);
    if (!countdown || !waiting.has(layer)) onLine(line);
    if (countdown) waiting.add(layer);
  };
}

function pushError(repository: PushTarget['repository'], name: string, text: string, hasLogin: boolean): Error {
  const own = text.replace(/^(error response from daemon: )/i, '');
  if (isTransient(own)) return new Transient(transientError(repository.host, name, own));
  const refused = /no such host|name resolution/i.test(own)
    ? unreachable(repository.host, own)
    : (insecure(repository.host, own) ?? translateRefusal(repository, own, hasLogin, 'pull,push'));
  return (
    refused ??
    new EnvironmentError(`${name} cannot be pushed: ${own || 'docker gave no reason'}`, {
      remedy: 'Try again later; if it persists, ask the operators of the registry.',
    })
  );
}

/** Connections that break, 429 and 5xx, in docker's words. */
function isTransient(text: string): boolean {
  return /toomanyrequests|too many requests|unexpected HTTP status: (429|5\d\d)|: 5\d\d |i\/o timeout|TLS handshake timeout|connection re(set|fused)|broken pipe|unexpected EOF|: EOF$|Client\.Timeout|temporarily unavailable/i.test(
    text,
  );
}

function transientError(host: string, name: string, text: string): SlipwayError {
  if (/refused|timeout/i.test(text)) return unreachable(host, text);
  return new EnvironmentError(`${name} cannot be pushed: ${text}`, {
    remedy: 'The registry was busy or failed each time. Run again later.',
  });
}

function insecure(host: string, text: string): SlipwayError | undefined {
  if (/server gave HTTP response to HTTPS client/i.test(text)) {
    return new EnvironmentError(`registry ${host} speaks plain HTTP, which Docker refuses`, {
      details: [text],
      remedy: `Serve it by https, or name it under "insecure-registries" in the engine's daemon.json.`,
    });
  }
  if (/x509|certificate/i.test(text)) {
    return new EnvironmentError(`the certificate of registry ${host} is not trusted`, {
      details: [text],
      remedy: `Put its CA into /etc/docker/certs.d/${host}/ca.crt of the engine.`,
    });
  }
  return undefined;
}
