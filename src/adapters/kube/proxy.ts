/**
 * The proxy that the environment prescribes for a server, as curl and kubectl understand it; undefined for none.
 * NO_PROXY is a list of hosts: `acme.dev` and `.acme.dev` stand for the domain and all below it, `*` for everything.
 * @param server https://host[:port]
 */
export function proxyOf(server: string, env: NodeJS.ProcessEnv): string | undefined {
  const { protocol, hostname, port } = new URL(server);
  const name = protocol === 'https:' ? 'https_proxy' : 'http_proxy';
  const proxy = env[name] || env[name.toUpperCase()];
  if (!proxy || isLocal(hostname)) return undefined;
  const exceptions = (env.no_proxy || env.NO_PROXY || '').split(',').map((one) => one.trim().toLowerCase());
  return exceptions.some((one) => matches(one, hostname, port)) ? undefined : withScheme(proxy);
}

function matches(exception: string, hostname: string, port: string): boolean {
  if (exception === '') return false;
  if (exception === '*') return true;
  const [host = '', itsPort] = exception.replace(/^\*?\./, '').split(':');
  if (itsPort !== undefined && itsPort !== port) return false;
  return hostname === host || hostname.endsWith(`.${host}`);
}

function isLocal(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || hostname.startsWith('127.');
}

function withScheme(proxy: string): string {
  return proxy.includes('://') ? proxy : `http://${proxy}`;
}
