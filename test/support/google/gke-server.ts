import { grpc } from 'google-gax';
import type { Authority } from './authority.ts';
import { decode, encode, messageType, service, statusDetails } from './gke-proto.ts';
import type { Tokens } from './tokens.ts';

/** A Cluster of google.container.v1 in its JSON form. */
export type ClusterMessage = Record<string, unknown> & { name: string; location: string };

export interface GkeOptions {
  project: string;
  clusters: ClusterMessage[];
  tokens: Tokens;
  /** IAM permissions → members that have them in the project. */
  allowed: Map<string, string[]>;
  /** The API is enabled in the project. */
  enabled(): boolean;
  violations: string[];
}

export interface GkeServer {
  /** Methods called, with the name or parent that was asked for. */
  calls: string[];
  close(): Promise<void>;
}

type Refusal = { code: number; details: string; metadata?: grpc.Metadata };
type Method = (request: Record<string, unknown>) => object;

/** container.googleapis.com over gRPC: GetCluster and ListClusters; every other method is a violation. */
export async function startGke(
  options: GkeOptions,
  authority: Authority,
  address: string,
  port = 443,
): Promise<GkeServer> {
  const { cert, key } = authority.issue(['container.googleapis.com', address]);
  const pair = { cert_chain: Buffer.from(cert), private_key: Buffer.from(key) };
  const server = new grpc.Server();
  const calls: string[] = [];
  server.addService(definition(), implementation(options, calls));
  await new Promise<void>((resolve, reject) => {
    const credentials = grpc.ServerCredentials.createSsl(null, [pair]);
    server.bindAsync(`${address}:${port}`, credentials, (error) => (error ? reject(error) : resolve()));
  });
  return {
    calls,
    close: async () => server.forceShutdown(),
  };
}

/** Every method of the published service, by its published request and response. */
function definition(): grpc.ServiceDefinition {
  const entries = service.methodsArray.map((method) => {
    const [input, output] = [messageType(method.requestType), messageTypeOf(method.responseType)];
    return [
      method.name,
      {
        path: `/google.container.v1.ClusterManager/${method.name}`,
        requestStream: false,
        responseStream: false,
        requestSerialize: (value: object) => encode(input, value),
        requestDeserialize: (bytes: Buffer) => decode(input, bytes),
        responseSerialize: (value: object) => encode(output, value),
        responseDeserialize: (bytes: Buffer) => decode(output, bytes),
      },
    ] as const;
  });
  return Object.fromEntries(entries);
}

/** Some methods answer with a well-known type, which this double never does. */
function messageTypeOf(name: string): ReturnType<typeof messageType> {
  return messageType(name.startsWith('google.protobuf') ? 'Cluster' : name);
}

function implementation(options: GkeOptions, calls: string[]): grpc.UntypedServiceImplementation {
  const methods: Record<string, { permission: string; answer: Method }> = {
    GetCluster: { permission: 'container.clusters.get', answer: ({ name }) => getCluster(options, String(name)) },
    ListClusters: {
      permission: 'container.clusters.list',
      answer: ({ parent }) => listClusters(options, String(parent)),
    },
  };
  const handlers = service.methodsArray.map(({ name }) => [
    name,
    (call: grpc.ServerUnaryCall<Record<string, unknown>, object>, done: grpc.sendUnaryData<object>) => {
      const method = methods[name];
      if (!method) options.violations.push(`container.googleapis.com ${name} is not played by the double`);
      calls.push(`${name} ${call.request.name ?? call.request.parent ?? ''}`);
      try {
        if (!method) throw refusal(grpc.status.UNIMPLEMENTED, name);
        authorise(options, call.metadata, method.permission);
        done(null, method.answer(call.request));
      } catch (error) {
        done(error as Refusal, null);
      }
    },
  ]);
  return Object.fromEntries(handlers);
}

function authorise(options: GkeOptions, metadata: grpc.Metadata, permission: string): void {
  const grant = options.tokens.of(String(metadata.get('authorization')[0] ?? ''));
  if (!grant) throw refusal(grpc.status.UNAUTHENTICATED, 'Request had invalid authentication credentials.');
  if (metadata.get('x-goog-request-params').length === 0) {
    options.violations.push('container.googleapis.com was called without x-goog-request-params');
  }
  if (!options.enabled()) {
    const text = `Kubernetes Engine API has not been used in project ${options.project} before or it is disabled.`;
    throw refusal(grpc.status.PERMISSION_DENIED, text, 'SERVICE_DISABLED');
  }
  if (!options.allowed.get(permission)?.some((member) => grant.members.includes(member))) {
    const text = `Required "${permission}" permission(s) for "projects/${options.project}".`;
    throw refusal(grpc.status.PERMISSION_DENIED, text, 'IAM_PERMISSION_DENIED');
  }
}

function getCluster({ project, clusters }: GkeOptions, name: string): object {
  const found = clusters.find((one) => `projects/${project}/locations/${one.location}/clusters/${one.name}` === name);
  if (!found) throw refusal(grpc.status.NOT_FOUND, `Not found: ${name}.`);
  return found;
}

function listClusters({ project, clusters }: GkeOptions, parent: string): object {
  if (parent !== `projects/${project}/locations/-`) throw refusal(grpc.status.INVALID_ARGUMENT, `parent ${parent}`);
  return { clusters };
}

function refusal(code: number, details: string, reason?: string): Refusal {
  const metadata = new grpc.Metadata();
  if (reason) metadata.set('grpc-status-details-bin', statusDetails(code, details, reason, 'googleapis.com'));
  return { code, details, metadata };
}
