import type { ContainerState } from '../../ports.ts';

/** The used parts of the output of `docker container inspect`. */
interface Inspected {
  State: {
    Running: boolean;
    ExitCode: number;
    OOMKilled?: boolean;
    StartedAt?: string;
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
    startedAt: timeOf(State.StartedAt),
    health: healthOf(State.Health?.Status),
    address: addresses.find((address) => address !== ''),
  };
}

/** The engine has the year 1 for what has not happened. */
function timeOf(text: string | undefined): number | undefined {
  const time = Date.parse(text ?? '');
  return time > 0 ? time : undefined;
}

function healthOf(status: string | undefined): ContainerState['health'] {
  return status === 'starting' || status === 'healthy' || status === 'unhealthy' ? status : undefined;
}
