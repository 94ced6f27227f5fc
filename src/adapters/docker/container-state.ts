import type { ContainerState } from '../../ports.ts';

/** The used parts of the output of `docker container inspect`. */
interface Inspected {
  State: {
    Running: boolean;
    ExitCode: number;
    OOMKilled?: boolean;
    Health?: { Status?: string } | null;
  };
  NetworkSettings?: { Networks?: Record<string, { IPAddress?: string }> | null };
}

export function readState(json: string): ContainerState {
  const [container] = JSON.parse(json) as [Inspected];
  const { State, NetworkSettings } = container;
  const addresses = Object.values(NetworkSettings?.Networks ?? {}).map((network) => network.IPAddress ?? '');
  return {
    running: State.Running,
    exitCode: State.ExitCode,
    oomKilled: State.OOMKilled ?? false,
    health: healthOf(State.Health?.Status),
    address: addresses.find((address) => address !== ''),
  };
}

function healthOf(status: string | undefined): ContainerState['health'] {
  return status === 'starting' || status === 'healthy' || status === 'unhealthy' ? status : undefined;
}
