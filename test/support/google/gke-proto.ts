import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { protobuf } from 'google-gax';

const require = createRequire(import.meta.url);

/** GKE's API as Google publishes it: the protos that come with its client library. */
const container = protobuf.Root.fromJSON(require('@google-cloud/container/build/protos/protos.json'));
// Beside the main file: the package exports no path to it.
const statusFile = join(dirname(require.resolve('google-gax')), '../protos/status.json');
const rpc = protobuf.Root.fromJSON(JSON.parse(readFileSync(statusFile, 'utf8')));

export const service = container.lookupService('google.container.v1.ClusterManager');

export function messageType(name: string): protobuf.Type {
  return container.lookupType(`google.container.v1.${name}`);
}

/**
 * The bytes of a message, held to the proto: a field that is not in it, or of another type, is an error.
 * @param value in the JSON form: camelCase names, enums by name
 */
export function encode(type: protobuf.Type, value: object): Buffer {
  const problems = unknownFields(type, value);
  if (problems.length > 0) throw new Error(`${type.name}: ${problems.join('; ')}`);
  return Buffer.from(type.encode(type.fromObject(value)).finish());
}

export function decode(type: protobuf.Type, bytes: Buffer): Record<string, unknown> {
  return type.toObject(type.decode(bytes), { enums: String, longs: String });
}

/** `fromObject` leaves out what it does not know: these are the names of it. */
function unknownFields(type: protobuf.Type, value: object, path = ''): string[] {
  return Object.entries(value).flatMap(([name, content]) => {
    const field = type.fields[name]?.resolve();
    if (!field) return [`${path}${name} is not in the proto`];
    if (!(field.resolvedType instanceof protobuf.Type) || field instanceof protobuf.MapField) return [];
    const nested = field.resolvedType;
    const parts: unknown[] = Array.isArray(content) ? content : [content];
    return parts.flatMap((part) => unknownFields(nested, Object(part), `${path}${name}.`));
  });
}

/** google.rpc.Status with an ErrorInfo, as the trailer `grpc-status-details-bin` carries it. */
export function statusDetails(code: number, message: string, reason: string, domain: string): Buffer {
  const info = rpc.lookupType('google.rpc.ErrorInfo');
  const any = {
    type_url: 'type.googleapis.com/google.rpc.ErrorInfo',
    value: info.encode(info.fromObject({ reason, domain, metadata: { service: 'container.googleapis.com' } })).finish(),
  };
  const status = rpc.lookupType('google.rpc.Status');
  return Buffer.from(status.encode(status.fromObject({ code, message, details: [any] })).finish());
}
