/** What a process tried to reach, by its own log. Nothing outside of the network is reachable, so each attempt fails at once. */
export interface Dialled {
  /** Names that did not resolve. */
  hosts: string[];
  /** IPv4 addresses, with a port where the line has one. */
  addresses: string[];
}

/** Messages of resolvers: Node, libpq, Go, curl, Java, Python's clients, Ruby. Lines are bounded. */
const HOSTS = [
  /getaddrinfo (?:ENOTFOUND|EAI_AGAIN) ([\w.-]{1,253})/,
  /could not translate host name "([\w.-]{1,253})"/,
  /lookup ([\w.-]{1,253})(?: on [\d.:]{1,40})?: (?:no such host|server misbehaving|Temporary failure)/,
  /Could not resolve host:? ([\w.-]{1,253})/i,
  /UnknownHostException: ([\w.-]{1,253})/,
  /Error -[235] connecting to ([\w.-]{1,253}):\d{1,5}/,
  /host='([\w.-]{1,253})', port=\d{1,5}.{0,200}(?:Name or service not known|Name resolution|name resolution)/,
  /getaddrinfo\(3\)?:? .{0,40}"([\w.-]{1,253})"/,
];
const ADDRESSES = [
  /(?:ENETUNREACH|EHOSTUNREACH) (\d{1,3}(?:\.\d{1,3}){3}(?::\d{1,5})?)/,
  /dial (?:tcp|udp) (\d{1,3}(?:\.\d{1,3}){3}:\d{1,5}): connect: (?:network is unreachable|no route to host)/,
  /connection to server at "(\d{1,3}(?:\.\d{1,3}){3})",? port \d{1,5} failed: (?:Network is unreachable|No route to host)/i,
  /Error 101 connecting to (\d{1,3}(?:\.\d{1,3}){3}:\d{1,5})/,
  /host='(\d{1,3}(?:\.\d{1,3}){3})', port=\d{1,5}.{0,300}Network is unreachable/,
  /(\d{1,3}(?:\.\d{1,3}){3}:\d{1,5}).{0,40}(?:Network is unreachable|No route to host)/i,
];
const LONGEST = 2_000;
const ADDRESS = /^\d{1,3}(\.\d{1,3}){3}$/;

export function dialledIn(output: readonly string[]): Dialled {
  const found = (forms: readonly RegExp[]) => {
    const names = output.flatMap((line) => {
      for (const form of forms) {
        const [, name] = form.exec(line.slice(0, LONGEST)) ?? [];
        if (name !== undefined) return [name];
      }
      return [];
    });
    return [...new Set(names)];
  };
  return { hosts: found(HOSTS).filter((name) => !ADDRESS.test(name)), addresses: found(ADDRESSES) };
}
