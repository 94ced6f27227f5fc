import type { ContainerRequest, Restrictions } from '../../ports.ts';

/** Options of `docker container create`, but for the variables. */
export function createOptions(request: ContainerRequest): string[] {
  const network = request.hostNetwork ? 'host' : request.network;
  return [
    `--name=${request.name}`,
    ...(network ? [`--network=${network}`] : []),
    ...(request.aliases ?? []).map((alias) => `--network-alias=${alias}`),
    ...labelOptions(request.labels),
    ...Object.entries(request.extraHosts ?? {}).map(([host, address]) => `--add-host=${host}:${address}`),
    ...(request.dnsOptions ?? []).map((option) => `--dns-option=${option}`),
    ...(request.workdir ? [`--workdir=${request.workdir}`] : []),
    ...(request.entrypoint ? [`--entrypoint=${request.entrypoint}`] : []),
    ...(request.restrictions ? restrictionOptions(request.restrictions) : []),
  ];
}

export function labelOptions(labels: Record<string, string>): string[] {
  return Object.entries(labels).map(([name, value]) => `--label=${name}=${value}`);
}

/** An empty volume is writable for every user, as an emptyDir is. */
function restrictionOptions({ user, readOnlyRoot, dropCapabilities, memory, emptyVolumes }: Restrictions): string[] {
  return [
    '--security-opt=no-new-privileges',
    ...(user === undefined ? [] : [`--user=${user}`]),
    ...(readOnlyRoot ? ['--read-only'] : []),
    ...(dropCapabilities ?? []).map((name) => `--cap-drop=${name}`),
    ...(memory === undefined ? [] : [`--memory=${memory}`, `--memory-swap=${memory}`]),
    ...(emptyVolumes ?? []).map((path) => `--tmpfs=${path}:rw,exec,mode=1777`),
  ];
}
