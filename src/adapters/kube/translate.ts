import {
  EnvironmentError,
  FieldsImmutable,
  messageOf,
  NotServed,
  SignedOut,
  SlipwayError,
  Unreachable,
  UserError,
} from '../../errors.ts';
import type { ObjectRef } from '../../ports.ts';
import { inOrder } from '../../text/in-order.ts';
import { neutralise, neutraliseLine } from '../../text/neutralise.ts';
import type { Connection } from './connection.ts';
import { ApiFailure, codeOf, isRefusal, NoCredential } from './failure.ts';
import { conflict } from './translate-conflict.ts';
import { forbidden } from './translate-forbidden.ts';

/** What was tried, for the message: the verb of a person, and the object. */
export interface Attempt {
  /** read, list, watch, apply, create, replace, delete, … */
  verb: string;
  ref: Partial<ObjectRef> & { kind: string };
}

/** The one place where refusals and failures of an API server become errors for people. */
export function translate(error: unknown, connection: Connection, attempt?: Attempt): SlipwayError {
  if (error instanceof SlipwayError) return error;
  if (error instanceof NoCredential) return noCredential(error, connection);
  if (!(error instanceof ApiFailure)) return unreachable(error, connection);
  const what = attempt ? nameOf(attempt.ref) : connection.name;
  const told = neutraliseLine(error.status.message.split('\n').join(' '));
  if (isRefusal(error)) return invalid(error, what, told);
  switch (error.httpStatus) {
    case 400:
    case 422:
      return invalid(error, what, told);
    case 401:
      if (error.wasAccepted) return signedOut(connection, told, error);
      return new EnvironmentError(`cluster ${connection.name} does not accept the credentials (401 Unauthorized)`, {
        details: told ? [told] : [],
        remedy:
          'The token or certificate has expired, or belongs to another cluster: sign in again in the same job, shortly before this step.',
        cause: error,
      });
    case 403:
      return forbidden(error, what, told);
    case 404:
      return notFound(error, what, told, attempt);
    case 409:
      return conflict(error, what, told);
    default:
      return serverError(error, what, told, connection);
  }
}

/** `Deployment parking-staging/parking`, or `Deployment parking` for what has no namespace. */
export function nameOf(ref: Attempt['ref']): string {
  const name = [ref.namespace, ref.name].filter(Boolean).join('/');
  return name ? `${ref.kind} ${name}` : ref.kind;
}

/** The server names the fields: "spec.template.spec.containers[0].image: Required value". */
function invalid(error: ApiFailure, what: string, told: string): SlipwayError {
  const fields = error.status.causes.map((cause) => `${cause.field ?? '(object)'}: ${cause.message ?? cause.reason}`);
  const details = fields.length > 0 ? fields.flatMap((field) => neutralise(field)) : [plain(told)];
  const immutable = error.status.causes.filter(({ message }) => isImmutable(message ?? ''));
  if (immutable.length > 0) {
    return new FieldsImmutable(`${what}: a field cannot be changed once the object exists`, {
      details,
      remedy: 'Go back to the old value, or give the object another name. Slipway does not delete it.',
      fields: immutable.flatMap(({ field }) => field ?? []),
      mutable: immutable.flatMap(({ message }) => mutableIn(message ?? '')),
      cause: error,
    });
  }
  return new UserError(`${what}: the API server refuses it${error.status.reason ? ` (${error.status.reason})` : ''}`, {
    details,
    remedy: 'Correct these fields.',
    cause: error,
  });
}

function isImmutable(message: string): boolean {
  const text = message.toLowerCase();
  return (
    /immutable|may not change once set|cannot change roleref/.test(text) || inOrder(text, 'updates to ', ' forbidden')
  );
}

/** "fields other than 'replicas', 'template' and 'minReadySeconds'", "except resources.requests and volumeAttributesClassName". */
function mutableIn(message: string): string[] {
  const quoted = [...message.matchAll(/'(\w+)'/g)].map(([, name]) => name);
  const except = /\bexcept (\w+)[\w.]*(?: and (\w+))?/.exec(message)?.slice(1) ?? [];
  return [...quoted, ...except].filter((name) => name !== undefined);
}

/** Without the words of the program that says it. */
function plain(told: string): string {
  return told
    .replace(/^failed to create typed .*?\): /, '')
    .replace(/&value\.valueUnstructured\{Value:([^{}]*)\}/g, '$1');
}

function notFound(error: ApiFailure, what: string, told: string, attempt: Attempt | undefined): SlipwayError {
  const namespace = /^namespaces "(.+?)" not found/.exec(told)?.[1];
  if (namespace) {
    return new EnvironmentError(`namespace ${namespace} does not exist`, {
      remedy: `Create it once: kubectl create namespace ${namespace}`,
      cause: error,
    });
  }
  // A write makes what is not there: it is the kind that was not found.
  const Kind = attempt?.verb === 'apply' ? NotServed : EnvironmentError;
  return new Kind(`${what} was not found${attempt ? ` (${attempt.verb})` : ''}`, {
    details: told ? [told] : [],
    cause: error,
  });
}

/** @see https://github.com/google-github-actions/auth#direct-workload-identity-federation */
function signedOut(connection: Connection, told: string, cause: unknown): SignedOut {
  return new SignedOut(`the credentials for cluster ${connection.name} have expired on the way`, {
    details: told ? [told] : [],
    remedy:
      'Sign in again, shortly before this step, with a token that lasts longer than the rollout: for GKE a service account in google-github-actions/auth (1 h) in place of direct federation (minutes).',
    cause,
  });
}

function noCredential({ cause, wasAccepted }: NoCredential, connection: Connection): SlipwayError {
  const told = neutraliseLine(messageOf(cause).split('\n').join(' '));
  if (wasAccepted) return signedOut(connection, told, cause);
  if (cause instanceof SlipwayError) return cause;
  return new EnvironmentError(`cluster ${connection.name}: there is no credential: ${told}`, { cause });
}

function serverError(error: ApiFailure, what: string, told: string, connection: Connection): SlipwayError {
  const webhook = /failed calling webhook "(.+?)"/.exec(told)?.[1];
  if (webhook) {
    return new EnvironmentError(`${what}: the admission webhook ${webhook} does not answer`, {
      details: [told],
      remedy: `Look after the service behind ${webhook}; until it answers, the cluster accepts no such object.`,
      cause: error,
    });
  }
  // 500 is about one request, unless the store behind the server is ill; the others are about the server.
  const Kind = error.httpStatus === 500 && !/etcdserver/.test(told) ? EnvironmentError : Unreachable;
  return new Kind(`cluster ${connection.name} answered ${error.httpStatus} for ${what}`, {
    details: told ? [told] : [],
    remedy: 'The control plane is not well, or something in front of it; run it again when it is.',
    cause: error,
  });
}

function unreachable(error: unknown, connection: Connection): SlipwayError {
  const code = codeOf(error) ?? '';
  const where = `cluster ${connection.name} (${connection.server})`;
  if (/CERT|SELF_SIGNED|UNABLE_TO|ALTNAME|ERR_TLS|SSL/.test(code)) {
    return new EnvironmentError(`${where}: its TLS certificate is not trusted: ${messageOf(error)}`, {
      remedy:
        'The kubeconfig needs certificate-authority-data of this cluster, and a server name that its certificate holds (tls-server-name).',
      cause: error,
    });
  }
  return new Unreachable(`${where} cannot be reached: ${messageOf(error)}`, {
    remedy: connection.unreachable ?? REMEDY[code] ?? 'Is the cluster up, and may this runner reach it?',
    cause: error,
  });
}

const REMEDY: Record<string, string> = {
  ECONNREFUSED: 'Nothing listens at this address: is the cluster up, and is the port right?',
  ENOTFOUND: 'This host name does not exist: check `server` in the kubeconfig.',
  EAI_AGAIN: 'The host name could not be looked up: does this runner have DNS?',
  ETIMEDOUT:
    'No answer: a firewall, or a private control plane. Use a runner inside its network, or add the runner to the authorised networks.',
};
