import { commandLine } from '../command-line.ts';
import { drainSeconds } from '../drain.ts';
import type { ExposedProcess } from '../ingress/ingress-spec.ts';
import { placeValues } from '../value.ts';
import { verbatim } from '../verbatim.ts';
import { type AppSpec, type Command, imageOf, type PodPart, type ProcessSpec } from './app-spec.ts';
import { containerSecurity } from './pod-security.ts';
import { probesOf } from './probes.ts';
import { variablesOf } from './variables.ts';
import { volumeMounts } from './volumes.ts';

/** Kubernetes' `command` of a shell line (`sh -c` with `exec`) or of a list; both run as they are written. */
export function commandArray(command: Command): string[] {
  return commandLine(command).map(verbatim);
}

/** The one container of the pods of a process or a cron. */
export function appContainer(spec: AppSpec, part: PodPart | ProcessSpec): Record<string, unknown> {
  const serving = 'port' in part && part.port !== undefined ? { ...part, port: part.port } : undefined;
  const own: Record<string, string> = serving ? { PORT: String(serving.port) } : {};
  return {
    name: part.container,
    image: imageOf(spec, part),
    ...(part.command ? { command: commandArray(part.command) } : {}),
    ...(serving ? { ports: [{ name: 'http', containerPort: serving.port, protocol: 'TCP' }] } : {}),
    env: variablesOf({ ...own, ...part.env }, { ...placeValues(spec), ...spec.connections }, part.secrets),
    ...(part.secrets.length > 0 ? { envFrom: part.secrets.map((name) => ({ secretRef: { name } })) } : {}),
    ...('startupMs' in part ? probesOf(part, spec.ingress) : {}),
    ...(serving ? { lifecycle: { preStop: drain(spec, serving) } } : {}),
    resources: resources(part.resources),
    securityContext: containerSecurity(spec.security, part.securityContext),
    ...volumeMounts(part.volumes),
  };
}

function drain(spec: AppSpec, process: ExposedProcess): Record<string, unknown> {
  const seconds = drainSeconds(process);
  return spec.nativeSleep ? { sleep: { seconds } } : { exec: { command: ['sleep', String(seconds)] } };
}

/** The memory limit is the request, so that a node never kills a neighbour; CPU has no limit, because pods share it. */
function resources(wanted: PodPart['resources'] = {}): Record<string, unknown> {
  const requests = {
    ...(wanted.cpu ? { cpu: wanted.cpu } : {}),
    ...(wanted.memory ? { memory: wanted.memory } : {}),
  };
  return {
    ...(Object.keys(requests).length > 0 ? { requests } : {}),
    ...(wanted.memory ? { limits: { memory: wanted.memory } } : {}),
  };
}
