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
import { translateConflict } from './translate-conflict.ts';
import { translateForbidden } from './translate-forbidden.ts';

/** The attempt, for the message: its verb and its object. */
export interface Attempt {
  /** read, list, watch, apply, create, replace, delete, … */
  verb: string;
  ref: Partial<ObjectRef> & { kind: string };
}

/** Makes an error for people of any refusal or failure of an API server. */
export function translateKubeError(error: unknown, connection: Connection, attempt?: Attempt): SlipwayError {
  if (error instanceof SlipwayError) return error;
  if (error instanceof NoCredential) return noCredential(error, connection);
  if (!(error instanceof ApiFailure)) return unreachable(error, connection);
  const what = attempt ? nameOf(attempt.ref) : connection.name;
  const said = neutraliseLine(error.status.message.split('\n').join(' '));
  if (isRefusal(error)) return invalid(error, what, said);
  switch (error.httpStatus) {
    case 400:
    case 422:
      return invalid(error, what, said);
    case 401:
      if (error.wasAccepted) return signedOut(connection, said, error);
      return new EnvironmentError(`cluster ${connection.name} does not accept the credentials (401 Unauthorized)`, {
        details: said ? [said] : [],
        remedy:
          'The token or certificate has expired, or belongs to another cluster: sign in again in the same job, shortly before this step.',
        cause: error,
      });
    case 403:
      return translateForbidden(error, what, said);
    case 404:
      return notFound(error, what, said, attempt);
    case 409:
      return translateConflict(error, what, said);
    default:
      return serverError(error, what, said, connection);
  }
}

/** `Deployment parking-staging/parking`, or `Namespace parking` without a namespace. */
function nameOf(ref: Attempt['ref']): string {
  const name = [ref.namespace, ref.name].filter(Boolean).join('/');
  return name ? `${ref.kind} ${name}` : ref.kind;
}

/** The server names the fields: "spec.template.spec.containers[0].image: Required value". */
function invalid(error: ApiFailure, what: string, said: string): SlipwayError {
  const fields = error.status.causes.map((cause) => `${cause.field ?? '(object)'}: ${cause.message ?? cause.reason}`);
  const details = fields.length > 0 ? fields.flatMap((field) => neutralise(field)) : [plain(said)];
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

/** The message without the words of the server's own types. */
function plain(said: string): string {
  return said
    .replace(/^failed to create typed .*?\): /, '')
    .replace(/&value\.valueUnstructured\{Value:([^{}]*)\}/g, '$1');
}

function notFound(error: ApiFailure, what: string, said: string, attempt: Attempt | undefined): SlipwayError {
  const namespace = /^namespaces "(.+?)" not found/.exec(said)?.[1];
  if (namespace) {
    return new EnvironmentError(`namespace ${namespace} does not exist`, {
      remedy: `Create it once: kubectl create namespace ${namespace}`,
      cause: error,
    });
  }
  // An apply creates what is missing: the server did not find the kind.
  const Kind = attempt?.verb === 'apply' ? NotServed : EnvironmentError;
  return new Kind(`${what} was not found${attempt ? ` (${attempt.verb})` : ''}`, {
    details: said ? [said] : [],
    cause: error,
  });
}

/** @see https://github.com/google-github-actions/auth#direct-workload-identity-federation */
function signedOut(connection: Connection, said: string, cause: unknown): SignedOut {
  return new SignedOut(`the credentials for cluster ${connection.name} have expired on the way`, {
    details: said ? [said] : [],
    remedy:
      'Sign in again, shortly before this step, with a token that lasts longer than the rollout: for GKE a service account in google-github-actions/auth (1 h) in place of direct federation (minutes).',
    cause,
  });
}

function noCredential({ cause, wasAccepted }: NoCredential, connection: Connection): SlipwayError {
  const said = neutraliseLine(messageOf(cause).split('\n').join(' '));
  if (wasAccepted) return signedOut(connection, said, cause);
  if (cause instanceof SlipwayError) return cause;
  return new EnvironmentError(`cluster ${connection.name}: there is no credential: ${said}`, { cause });
}

function serverError(error: ApiFailure, what: string, said: string, connection: Connection): SlipwayError {
  const webhook = /failed calling webhook "(.+?)"/.exec(said)?.[1];
  if (webhook) {
    return new EnvironmentError(`${what}: the admission webhook ${webhook} does not answer`, {
      details: [said],
      remedy: `Repair the service behind ${webhook}: until it answers, the cluster accepts no such object.`,
      cause: error,
    });
  }
  // A 500 concerns one request, unless etcd fails; the other codes concern the server.
  const Kind = error.httpStatus === 500 && !/etcdserver/.test(said) ? EnvironmentError : Unreachable;
  return new Kind(`cluster ${connection.name} answered ${error.httpStatus} for ${what}`, {
    details: said ? [said] : [],
    remedy: 'The control plane, or a proxy in front of it, has a problem: run this again when it has recovered.',
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
    remedy: connection.unreachable ?? REMEDY[code] ?? 'Check that the cluster is up and that this runner may reach it.',
    cause: error,
  });
}

const REMEDY: Record<string, string> = {
  ECONNREFUSED: 'Nothing listens at this address: check that the cluster is up, and the port.',
  ENOTFOUND: 'This host name does not exist: check `server` in the kubeconfig.',
  EAI_AGAIN: 'The host name could not be resolved: check the DNS of this runner.',
  ETIMEDOUT:
    'No answer: a firewall, or a private control plane. Use a runner inside its network, or add the runner to the authorised networks.',
};
