import { type Finding, finding } from '../finding.ts';
import { answerFindings } from './answers.ts';
import { dialledIn } from './dialled.ts';
import type { RunFacts, StartedProcess } from './facts.ts';
import { fileFindings } from './files.ts';
import { startFindings } from './start.ts';
import { stopFindings } from './stop.ts';

/** What the start of a process proves, or makes likely. */
export function judgeRun(process: StartedProcess, facts: RunFacts): Finding[] {
  const start = [...startFindings(process, facts), ...dialledFindings(process, facts)];
  if (facts.ended !== undefined) return start;
  return [
    ...start,
    ...answerFindings(process, facts),
    ...stopFindings(process, facts),
    ...fileFindings(process, facts),
  ];
}

function dialledFindings({ object, services }: StartedProcess, { output }: RunFacts): Finding[] {
  const { hosts, addresses } = dialledIn(output);
  const where = { object };
  return [
    ...hosts
      .filter((host) => !services.includes(serviceIn(host)))
      .map((host) =>
        finding('unknown-host-dialled', {
          where,
          confidence: host.includes('.') ? 'possible' : 'likely',
          seen: `its log says that ${host} does not resolve here`,
          remedy: host.includes('.')
            ? `If ${host} is outside of the cluster, allow it (\`review.egress\`); in tests and review environments, put a service in its place.`
            : `Name the service ${host} in \`review.services\` and \`environments.<name>.services\`, or correct the variable that holds it.`,
          key: host,
        }),
      ),
    ...addresses.map((address) =>
      finding('literal-address-dialled', {
        where,
        confidence: 'likely',
        seen: `its log says that ${address} is not reachable`,
        remedy: 'Give it the name of a Service, in a variable of slipway.yml.',
        key: address,
      }),
    ),
  ];
}

/** The Service that a name of the cluster means: `web`, `web.shop.svc` and `web.shop.svc.cluster.local`. */
function serviceIn(host: string): string {
  return /\.svc(\.cluster\.local)?\.?$/.test(host) ? (host.split('.')[0] ?? host) : host;
}
