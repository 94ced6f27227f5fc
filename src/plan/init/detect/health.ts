import { at, type Found, search } from '../repository.ts';
import { dependency, type View } from './view.ts';

const URL_PATH = /https?:\/\/(?:localhost|127\.0\.0\.1|0\.0\.0\.0|\$?\{?[\w.-]+\}?)(?::([^/\s"']{1,40}))?(\/[\w./-]*)/;

/** The path that tells whether the part is healthy; undefined when nothing says so. */
export function detectHealth(view: View, port: number | undefined): Found<string> | undefined {
  return fromHealthcheck(view, port) ?? declared(view) ?? byRoute(view);
}

/** HEALTHCHECK of the Dockerfile, and of compose services. One that asks another port is not about the app. */
function fromHealthcheck({ part }: View, port: number | undefined): Found<string> | undefined {
  for (const check of [part.facts.health, ...part.services.map(({ health }) => health)]) {
    const [, asked, path] = URL_PATH.exec(check?.value.slice(0, 500) ?? '') ?? [];
    const isOther = asked !== undefined && /^\d+$/.test(asked) && Number(asked) !== port;
    if (check !== undefined && path !== undefined && !isOther) return { value: path, from: check.from };
  }
  return undefined;
}

/** Files that name a health check, and what frameworks declare. */
const DECLARED: [RegExp, RegExp][] = [
  [/(^|\/)render\.ya?ml$/, /^\s*healthCheckPath:\s*["']?(\/[\w./-]*)/],
  [/(^|\/)railway\.json$/, /"healthcheckPath":\s*"(\/[\w./-]*)"/],
  [/(^|\/)bootstrap\/app\.php$/, /\bhealth:\s*["'](\/[\w./-]+)["']/],
  [/\.cs$/, /\.MapHealthChecks\(\s*"(\/?[\w./-]+)"/],
];

function declared(view: View): Found<string> | undefined {
  const { repository, paths } = view;
  for (const [name, pattern] of DECLARED) {
    const [hit] = search(
      repository,
      paths.filter((path) => name.test(path)),
      pattern,
      1,
    );
    if (hit !== undefined) return { value: rooted(hit.groups[0] ?? ''), from: at(hit.path, hit.line, hit.text) };
  }
  const routes = paths.filter((path) => /(^|\/)config\/routes\.rb$/.test(path));
  const [rails] = search(repository, routes, /^\s*get\s+["']\/?([\w/-]+)["'].*rails\/health#show/, 1);
  if (rails !== undefined)
    return { value: rooted(rails.groups[0] ?? ''), from: at(rails.path, rails.line, rails.text) };
  const actuator = dependency(view, 'java', 'spring-boot-starter-actuator');
  return actuator && { value: '/actuator/health', from: actuator.from };
}

/** Routes that are called like a health check, the most telling name first. */
const ROUTES = [
  /["'`]\/?((?:[\w-]+\/){0,3}(?:healthz|readyz|livez))\/?["'`]/,
  /["'`]\/((?:[\w-]+\/){0,3}_{0,2}(?:health|health[_-]?check|heartbeat|lbheartbeat)_{0,2}(?:\/(?:ready|readiness|live|liveness))?)\/?["'`]/,
  /^\s*(?:get|match|path|re_path|route)[ (]+r?["']\^?((?:[\w-]+\/){0,3}_{0,2}(?:health|health[_-]?check|heartbeat|up)_{0,2}\/?)\$?["']/i,
  /["'`]\/((?:internal\/)?(?:ping|status))\/?["'`]/,
];

/** A line that asks for an address, or compares one, declares no route. */
const CLIENT =
  /https?:|fetch\(|axios|requests\.|http\.get|HttpGet|curl|startsWith|startswith|includes\(|exclude|skip|ignore|===|==|\.test\(|expect\(|assert/i;

function byRoute({ repository, sources }: View): Found<string> | undefined {
  for (const pattern of ROUTES) {
    const hit = search(repository, sources, pattern).find(({ text }) => !CLIENT.test(text));
    if (hit === undefined) continue;
    const trailing = /\/["'`]/.test(hit.text) ? '/' : '';
    const path = `${rooted(hit.groups[0] ?? '').replace(/\/$/, '')}${trailing}`;
    return { value: path, from: `${at(hit.path, hit.line, hit.text)}: the route may have a prefix`, guess: true };
  }
  return undefined;
}

function rooted(path: string): string {
  return path.startsWith('/') ? path : `/${path}`;
}
