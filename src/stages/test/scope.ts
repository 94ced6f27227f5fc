import { messageOf } from '../../errors.ts';
import type { TestPlan } from '../../plan/test-plan.ts';
import type { ContainerRequest } from '../../ports.ts';
import type { TestPorts } from './ports.ts';

/** Label of every container and network of a test run: its id. */
export const RUN_LABEL = 'slipway.dev/test-run';
/** Label: the time after which nobody can need it any more, in ISO 8601. */
export const EXPIRES_LABEL = 'slipway.dev/expires-at';
/** Pulling images and waiting for services comes on top of the test's own time. */
const MARGIN_MS = 30 * 60_000;

/**
 * Everything that one test has in the engine. Containers are known by name before they are made, so that `close` finds them
 * whatever went wrong in between.
 */
export class Scope {
  readonly network: string;
  private readonly prefix: string;
  private readonly labels: Record<string, string>;
  private readonly ports: TestPorts;
  private readonly names: string[] = [];

  constructor(test: string, timeoutMs: number, plan: Pick<TestPlan, 'app' | 'runId'>, ports: TestPorts) {
    this.prefix = `slipway-${plan.runId}-${test}`;
    this.network = this.prefix;
    this.ports = ports;
    this.labels = {
      'slipway.dev/app': plan.app,
      [RUN_LABEL]: plan.runId,
      [EXPIRES_LABEL]: new Date(ports.clock.now() + timeoutMs + MARGIN_MS).toISOString(),
    };
  }

  /** The private network; nothing of it is published on the machine. */
  open(): Promise<void> {
    return this.ports.containers.createNetwork(this.network, this.labels);
  }

  /** A container that runs, on the private network. */
  start(name: string, request: Omit<ContainerRequest, 'name' | 'labels' | 'network'>): Promise<string> {
    return this.ports.containers.start({ ...this.named(name), ...request, network: this.network });
  }

  /** A container that `attach` will start. */
  create(name: string, request: Omit<ContainerRequest, 'name' | 'labels'>): Promise<string> {
    return this.ports.containers.create({ ...this.named(name), ...request });
  }

  /** Removes containers, their volumes and the network; a removal that fails is told and does not hide what happened. */
  async close(): Promise<void> {
    const { containers, log } = this.ports;
    const report = (error: unknown) => log.warning(messageOf(error));
    await Promise.all(this.names.map((name) => containers.remove(name).catch(report)));
    await containers.removeNetwork(this.network).catch(report);
  }

  private named(name: string): Pick<ContainerRequest, 'name' | 'labels'> {
    const full = `${this.prefix}-${name}`;
    this.names.push(full);
    return { name: full, labels: this.labels };
  }
}

/** Removes what runs that were killed have left: only what carries our label and is past its time. */
export async function clearLeftovers({ containers, clock, log }: TestPorts): Promise<void> {
  const found = await containers.leftovers(RUN_LABEL);
  const now = new Date(clock.now()).toISOString();
  const over = ({ labels }: { labels: Record<string, string> }) => (labels[EXPIRES_LABEL] ?? now) < now;
  const [old, networks] = [found.containers.filter(over), found.networks.filter(over)];
  if (old.length + networks.length === 0) return;
  log.info(`Removing what an earlier run left: ${old.length} containers, ${networks.length} networks`);
  for (const container of old) await containers.remove(container.id);
  for (const network of networks) await containers.removeNetwork(network.id);
}
