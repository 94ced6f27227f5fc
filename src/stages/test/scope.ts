import { messageOf } from '../../errors.ts';
import type { TestPlan } from '../../plan/test-plan.ts';
import type { ContainerRequest } from '../../ports.ts';
import type { TestPorts } from './ports.ts';

/** Label of every container and network of a test run: its id. */
export const RUN_LABEL = 'slipway.dev/test-run';
/** Label: the time in ISO 8601 after which no run needs it. */
const EXPIRES_LABEL = 'slipway.dev/expires-at';
/** Milliseconds in addition to the test's own timeout, for pulling images and waiting for services. */
const MARGIN_MS = 30 * 60_000;

/**
 * Everything of one test in the engine. It knows the names of containers before they exist, so `close` finds them after any
 * failure.
 */
export class Scope {
  readonly network: string;
  private readonly prefix: string;
  private readonly labels: Record<string, string>;
  private readonly ports: TestPorts;
  private readonly names: string[] = [];
  /** Name → its removal. */
  private readonly removals = new Map<string, Promise<void>>();
  private readonly report = (error: unknown): void => this.ports.log.warning(messageOf(error));

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

  /** The private network; nothing of it is published on the machine. @param internal nothing in it reaches the outside */
  open(internal = false): Promise<void> {
    return this.ports.containers.createNetwork(this.network, this.labels, internal);
  }

  /** Runs a container on the private network. */
  start(name: string, request: Omit<ContainerRequest, 'name' | 'labels' | 'network'>): Promise<string> {
    return this.ports.containers.start({ ...this.named(name), ...request, network: this.network });
  }

  /** Creates a container for `attach` to start. */
  create(name: string, request: Omit<ContainerRequest, 'name' | 'labels'>): Promise<string> {
    return this.ports.containers.create({ ...this.named(name), ...request });
  }

  /** Removes a container that nobody needs any more, beside what still runs. `close` waits for it. */
  discard(name: string): void {
    this.removed(`${this.prefix}-${name}`);
  }

  /** Removes containers, their volumes and the network. A failed removal is a warning and does not hide the result. */
  async close(): Promise<void> {
    await Promise.all(this.names.map((name) => this.removed(name)));
    await this.ports.containers.removeNetwork(this.network).catch(this.report);
  }

  private removed(name: string): Promise<void> {
    const removal = this.removals.get(name) ?? this.ports.containers.remove(name).catch(this.report);
    this.removals.set(name, removal);
    return removal;
  }

  private named(name: string): Pick<ContainerRequest, 'name' | 'labels'> {
    const full = `${this.prefix}-${name}`;
    this.names.push(full);
    return { name: full, labels: this.labels };
  }
}

/** Removes what killed runs have left: only what carries our label and is past its time. */
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
