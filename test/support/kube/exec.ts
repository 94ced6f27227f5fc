import type { KubeConfig } from '@kubernetes/client-node/dist/config.js';
import { WebSocketHandler } from '@kubernetes/client-node/dist/web-socket-handler.js';
import type { LocalCluster } from '../google/local-cluster.ts';

/** The streams of a command in a pod, by the first byte of each message. */
const STDOUT = 1;
const STDERR = 2;
const STATUS = 3;

/**
 * Runs a command in the only container of a pod, as `kubectl exec` does, for a fraction of its cost.
 * @returns what it printed on its standard output
 * @throws Error with what it printed on its standard error, when it fails
 * @see https://kubernetes.io/docs/reference/generated/kubernetes-api/v1.34/#execaction-v1-core
 */
export async function exec(
  cluster: LocalCluster,
  namespace: string,
  pod: string,
  command: readonly string[],
): Promise<Buffer> {
  const query = new URLSearchParams([
    ['stdout', 'true'],
    ['stderr', 'true'],
    ...command.map((argument): [string, string] => ['command', argument]),
  ]);
  const printed: Record<number, Buffer[]> = { [STDOUT]: [], [STDERR]: [], [STATUS]: [] };
  const text = (stream: number) => Buffer.concat(printed[stream] ?? []);
  const socket = await new WebSocketHandler(configOf(cluster)).connect(
    `/api/v1/namespaces/${namespace}/pods/${pod}/exec?${query}`,
    null,
    (stream, data) => {
      printed[stream]?.push(data);
      return stream !== STATUS;
    },
  );
  await new Promise((resolve) => {
    socket.onclose = resolve;
  });
  if (JSON.parse(text(STATUS).toString() || '{}').status !== 'Success') {
    throw new Error(`${command[0]} in pod ${namespace}/${pod}: ${text(STATUS)} ${text(STDERR)}`);
  }
  return text(STDOUT);
}

/** Of the client's own configuration, the one part that it asks for here; the whole is slow to load. */
function configOf({ host, port, tls }: LocalCluster): KubeConfig {
  const part: Pick<KubeConfig, 'getCurrentCluster' | 'applyToHTTPSOptions'> = {
    getCurrentCluster: () => ({ name: 'main', server: `https://${host}:${port}`, skipTLSVerify: false }),
    applyToHTTPSOptions: async (options) => void Object.assign(options, tls),
  };
  return part as KubeConfig;
}
