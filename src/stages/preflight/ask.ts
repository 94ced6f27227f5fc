import type { ProcessPlan } from '../../plan/preflight/process-plan.ts';
import type { ProbeAnswer, ProbeRequest } from '../../ports.ts';
import type { RunFacts } from '../../preflight/running/facts.ts';
import type { PreflightPorts } from './ports.ts';

const TIMEOUT_MS = 3_000;
const POLL_MS = 100;

/** The requests of the kubelet: GET of the path, on a connection of its own. */
export function kubeletRequest({ health }: Pick<ProcessPlan, 'health'>, address: string, port: number): ProbeRequest {
  const headers = { 'user-agent': 'kube-probe/1.34', accept: '*/*', connection: 'close', ...health?.headers };
  return { address, port, method: 'GET', path: health?.path ?? '/', headers, timeoutMs: TIMEOUT_MS };
}

type Answers = Pick<RunFacts, 'health' | 'head' | 'hosts' | 'upgrade' | 'healthyMs'>;

/**
 * Asks an open port as the kubelet, a load balancer and visitors do. Asks for the health check until it succeeds, for at most
 * `withinMs`: an app that opens its port early is not wrong.
 */
export async function askProcess(
  plan: ProcessPlan,
  request: ProbeRequest,
  since: number,
  withinMs: number,
  ports: PreflightPorts,
): Promise<Answers> {
  const { prober, clock } = ports;
  const health = await healthOf(request, withinMs, ports);
  if (health === undefined)
    return { health: undefined, head: undefined, hosts: [], upgrade: undefined, healthyMs: undefined };
  const healthyMs = isSuccess(health) ? clock.monotonic() - since : undefined;
  const [head, upgrade, ...hosts] = await Promise.all([
    prober.ask({ ...request, method: 'HEAD' }),
    prober.ask({ ...request, path: '/', headers: { ...request.headers, ...UPGRADE } }),
    ...Object.entries(plan.hosts).map(async ([environment, host]) => {
      const answer = await prober.ask({ ...request, headers: { ...request.headers, host } });
      return { environment, host, status: answer?.status ?? 0 };
    }),
  ]);
  const plain = upgrade?.upgraded ? await prober.ask({ ...request, path: '/' }) : undefined;
  return {
    health,
    healthyMs,
    head,
    hosts,
    upgrade: plain && { plain: plain.status, upgraded: true },
  };
}

/** @see https://www.rfc-editor.org/rfc/rfc6455#section-4.1 */
const UPGRADE = {
  connection: 'Upgrade',
  upgrade: 'websocket',
  'sec-websocket-version': '13',
  'sec-websocket-key': 'c2xpcHdheSBwcmVmbGlnaHQ=',
};

const isSuccess = ({ status }: ProbeAnswer) => status >= 200 && status < 400;

/** The first success, otherwise the last answer. */
async function healthOf(
  request: ProbeRequest,
  withinMs: number,
  { prober, clock, signal }: PreflightPorts,
): Promise<ProbeAnswer | undefined> {
  const until = clock.monotonic() + withinMs;
  let last: ProbeAnswer | undefined;
  for (;;) {
    const answer = await prober.ask(request);
    last = answer ?? last;
    const isFinal = answer !== undefined && (isSuccess(answer) || answer.status < 500);
    if (isFinal || clock.monotonic() > until) return last;
    await clock.sleep(POLL_MS, signal);
  }
}
