import { type Finding, finding } from '../finding.ts';
import type { Answer, RunFacts, StartedProcess } from './facts.ts';

/** What the process answers to probes, load balancers and visitors. */
export function answerFindings(process: StartedProcess, facts: RunFacts): Finding[] {
  if (process.port === undefined || facts.listeningMs === undefined) return [];
  return [...healthFindings(process, facts), ...hostFindings(process, facts), ...upgradeFindings(process, facts)];
}

const isSuccess = (status: number) => status >= 200 && status < 400;

function healthFindings(process: StartedProcess, { health, head }: RunFacts): Finding[] {
  const { object, health: path, exactlyOk } = process;
  if (path === undefined || health === undefined) return [];
  const where = { object };
  if (!isSuccess(health.status)) return [failing(process, path, health)];
  const found: Finding[] = [];
  if (exactlyOk && health.status !== 200) {
    found.push(
      finding('health-redirects', {
        where,
        confidence: 'proven',
        seen: `GET ${path} answers ${health.status}${health.location ? ` with Location ${health.location}` : ''}`,
        remedy: `Answer GET ${path} with 200 by itself: leave it out of redirects to HTTPS, to a login, or to a path with a slash.`,
      }),
    );
  }
  if (head !== undefined && !isSuccess(head.status)) {
    found.push(
      finding('health-without-head', {
        where,
        confidence: 'possible',
        seen: `HEAD ${path} answers ${head.status}, GET answers ${health.status}`,
        remedy: `Let uptime monitors send GET, or answer HEAD ${path} as well.`,
      }),
    );
  }
  return found;
}

function failing({ object, missing }: StartedProcess, path: string, { status }: Answer): Finding {
  // A server error can come from what is missing here; what the app decides about the request itself cannot.
  const isSure = status < 500 || missing.length === 0;
  const without = missing.length === 0 ? '' : `; here it has no ${missing.join(', ')}`;
  return finding('health-fails', {
    where: { object },
    confidence: isSure ? 'proven' : 'likely',
    seen: `GET ${path} answers ${status} to a request as the kubelet sends it${without}`,
    remedy: remedyFor(status, path),
  });
}

function remedyFor(status: number, path: string): string {
  if (status === 404) return `The app has no ${path}: correct \`health\` in slipway.yml, or add the route.`;
  if (status === 400)
    return 'The app refuses the host of the request: allow the host of each environment (ALLOWED_HOSTS of Django, allowedHosts of others), for example by the placeholder {host} in `deploy.env`.';
  if (status === 401 || status === 403) return `Let ${path} answer without a login: the kubelet has none.`;
  if (status === 405) return `Let ${path} answer GET: the kubelet and load balancers send nothing else.`;
  if (status < 500) return `Let GET ${path} answer 200.`;
  return `See its log. If ${path} needs a database or a service, give it to review environments as well (\`review.database\`, \`review.services\`).`;
}

/** Only hosts that are refused while the probe is answered: the app decides by the host. */
function hostFindings(process: StartedProcess, { health, hosts }: RunFacts): Finding[] {
  const { object, health: path = '/' } = process;
  const baseline = health?.status;
  if (baseline === undefined || !isSuccess(baseline)) return [];
  return hosts
    .filter(({ status }) => [400, 403, 421].includes(status))
    .map(({ environment, host, status }) =>
      finding('host-refused', {
        where: { object, environment },
        confidence: 'likely',
        seen: `GET ${path} answers ${status} with the header Host: ${host}, and ${baseline} without it`,
        remedy: `Allow ${host}, for example by the placeholder {host} in \`deploy.env\`.`,
      }),
    );
}

function upgradeFindings({ object, health }: StartedProcess, { upgrade }: RunFacts): Finding[] {
  if (!upgrade?.upgraded || isSuccess(upgrade.plain) || health !== undefined) return [];
  return [
    finding('websocket-only', {
      where: { object },
      confidence: 'proven',
      seen: `GET / answers ${upgrade.plain}, and 101 with Upgrade: websocket`,
      remedy:
        'Add a path that answers plain HTTP and name it by `health`, or expose the port by `ingress.kind: load-balancer`. Raise `ingress.timeout` above the length of a connection.',
    }),
  ];
}
