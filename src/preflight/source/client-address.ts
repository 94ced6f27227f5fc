import { type Finding, finding } from '../finding.ts';
import type { CodeLine } from './code-files.ts';

/** How a framework names the address of the client, and how it learns to believe its proxy. */
interface Framework {
  name: string;
  files: RegExp;
  /** The address of the connection: behind a proxy, that of the proxy. */
  reads: RegExp;
  /** Anywhere in the code or its command: it takes the address from the proxy. */
  knows: RegExp;
  remedy: string;
}

const FORWARDED =
  /x-forwarded-for|x_forwarded_for|x-real-ip|x_real_ip|cf-connecting-ip|forwarded-allow-ips|FORWARDED_ALLOW_IPS/i;

const FRAMEWORKS: readonly Framework[] = [
  {
    name: 'Node',
    files: /\.[cm]?[jt]sx?$/,
    reads:
      /\breq(?:uest)?\.(?:ip\b|connection\.remoteAddress|socket\.remoteAddress)|\bctx\.(?:request\.)?ip\b|\bhandshake\.address\b|["']express-rate-limit["']|@Ip\(\)/,
    knows: /trust ?proxy|proxy-addr|request-ip|\.proxy = |proxy: (true|!0)/i,
    remedy: "Set `app.set('trust proxy', 1)`: the number of proxies before the app.",
  },
  {
    name: 'Python',
    files: /\.py$/,
    reads: /\brequest\.(?:remote_addr|client\.host)|\bget_remote_address\b|META(?:\.get\(|\[)\s?["']REMOTE_ADDR/,
    knows: /ProxyFix|proxy[-_]headers|ProxyHeaders|XForwardedFor|django-ipware|ipware/i,
    remedy:
      'Wrap the app in werkzeug’s `ProxyFix(app, x_for=1)`, or start uvicorn with `--proxy-headers --forwarded-allow-ips` of the proxy.',
  },
  {
    name: 'Go',
    files: /\.go$/,
    reads: /\b(?:r|req|request)\.RemoteAddr\b/,
    knows: /RealIP|SetTrustedProxies|ProxyHeaders|TrustedProxies/,
    remedy: 'Read the last entry of X-Forwarded-For that the proxy wrote, or use the middleware of the router for it.',
  },
  {
    name: 'Java',
    files: /\.(java|kt)$/,
    reads: /\bgetRemoteAddr\(\)|\borigin\.remote(?:Host|Address)\b/,
    knows:
      /forward-headers-strategy|ForwardedHeaderFilter|RemoteIpValve|RemoteIpFilter|internal-proxies|X?ForwardedHeaders/i,
    remedy:
      'Set `server.forward-headers-strategy: native` (Spring Boot), or the RemoteIpValve of Tomcat with the proxies to trust.',
  },
  {
    name: 'C#',
    files: /\.cs$/,
    reads: /\bConnection\.RemoteIpAddress\b/,
    knows: /UseForwardedHeaders|ForwardedHeadersOptions|ASPNETCORE_FORWARDEDHEADERS_ENABLED/,
    remedy: 'Call `app.UseForwardedHeaders()` with the proxies to trust, before everything that reads the address.',
  },
  {
    name: 'Rust',
    files: /\.rs$/,
    reads: /\bConnectInfo<SocketAddr>|\bpeer_addr\(\)/,
    knows: /realip_remote_addr|SecureClientIp|axum_client_ip|ForwardedHeader/,
    remedy: 'Read the entry of X-Forwarded-For that the proxy wrote, for example by the crate axum-client-ip.',
  },
  {
    name: 'Elixir',
    files: /\.exs?$/,
    reads: /\bconn\.remote_ip\b/,
    knows: /RemoteIp\b|rewrite_on/,
    remedy: 'Add the plug RemoteIp, or `Plug.RewriteOn` with `:x_forwarded_for`.',
  },
  {
    name: 'PHP',
    files: /\.php$/,
    reads: /\$_SERVER\[["']REMOTE_ADDR["']\]/,
    knows: /TrustProxies|trusted_proxies|setTrustedProxies|RemoteIPHeader/i,
    remedy: 'Set the trusted proxies of the framework, or `RemoteIPHeader X-Forwarded-For` of Apache.',
  },
];

/** Code that believes everybody who writes X-Forwarded-For. */
const BELIEVES =
  /trust proxy["'],\s?true|forwarded[-_]allow[-_]ips["'=,\s]{1,4}\*|FORWARDED_ALLOW_IPS["'=:\s]{1,4}\*|x-forwarded-for["'\])]{1,3}.{0,60}split\(["'],.{0,6}\)\[0\]/i;

/** Where the code reads the address of the client. @param lines all of the code that runs; @param proxied a route leads to the app */
export function clientAddressFindings(lines: readonly CodeLine[], proxied: boolean): Finding[] {
  if (!proxied) return [];
  const knowsHeader = lines.some(({ text }) => FORWARDED.test(text));
  const lost = FRAMEWORKS.flatMap(({ name, files, reads, knows, remedy }) => {
    const own = lines.filter(({ path }) => files.test(path));
    const read = own.find(({ text }) => reads.test(text));
    if (read === undefined || knowsHeader || own.some(({ text }) => knows.test(text))) return [];
    return [
      finding('client-address-lost', {
        where: { file: read.path, line: read.line },
        confidence: 'possible',
        seen: `it reads the address of the connection, and nothing in the code of ${name} names the proxy before it`,
        remedy,
        key: name,
      }),
    ];
  });
  const believing = lines.find(({ text }) => BELIEVES.test(text));
  if (believing === undefined) return lost;
  return [
    ...lost,
    finding('forwarded-for-believed', {
      where: { file: believing.path, line: believing.line },
      confidence: 'possible',
      seen: 'it believes the first entry of X-Forwarded-For, or every sender of it',
      remedy:
        'Count from the end: the load balancer appends the address that it saw. Trust as many proxies as there are.',
    }),
  ];
}
