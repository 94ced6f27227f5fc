/**
 * The errors of Slipway. Every one says what happened (`message`), where (`where`: file:line, object, namespace),
 * why (`cause` and `details`) and what to do (`remedy`). `report/` renders them; nothing else formats errors.
 */

/** The place of a mistake in a user's file. Lines and columns count from 1. */
export interface SourceLocation {
  file: string;
  line?: number;
  column?: number;
}

export interface ErrorContext {
  /** What the user can do about it, as one or two sentences. */
  remedy?: string;
  /** Further lines: the last lines of a log, events, the refused fields. Already neutralised by `text/`. */
  details?: string[];
  location?: SourceLocation;
  cause?: unknown;
}

/** Base of all errors that Slipway raises on purpose. */
export abstract class SlipwayError extends Error {
  readonly remedy: string | undefined;
  readonly details: readonly string[];
  readonly location: SourceLocation | undefined;

  constructor(message: string, context: ErrorContext = {}) {
    super(message, { cause: context.cause });
    this.name = new.target.name;
    this.remedy = context.remedy;
    this.details = context.details ?? [];
    this.location = context.location;
  }

  /** A copy of this error, of the same class and with the same stack, with these parts in place of its own. */
  with(parts: { details?: readonly string[]; remedy?: string; location?: SourceLocation }): this {
    const copy: this = Object.create(Object.getPrototypeOf(this), Object.getOwnPropertyDescriptors(this));
    return Object.assign(copy, parts);
  }
}

/** The user's input, configuration or code is wrong; running again unchanged gives the same result. */
export class UserError extends SlipwayError {}

/** The server does not allow a change of these fields of an existing object. */
export class FieldsImmutable extends UserError {
  /** The server's names, for example `spec.selector`; `spec` means all its fields except `mutable`. */
  readonly fields: readonly string[];
  /** Fields in it that may be changed. */
  readonly mutable: readonly string[];

  constructor(message: string, context: ErrorContext & { fields: string[]; mutable: string[] }) {
    super(message, context);
    this.fields = context.fields;
    this.mutable = context.mutable;
  }
}

/** Fields of an object are managed by others, with other values. */
export class FieldsManaged extends UserError {
  /** Names of the field managers, as the server has them. */
  readonly managers: readonly string[];

  constructor(message: string, context: ErrorContext & { managers: string[] }) {
    super(message, context);
    this.managers = context.managers;
  }
}

/** An autoscaler has scaled the object since it was read: only `spec.replicas` is in conflict. */
export class ScaledMeanwhile extends UserError {}

/** Something in the environment is missing or refuses: network, registry, cluster, permissions, a program. */
export class EnvironmentError extends SlipwayError {}

/** The token, or the account in the cluster, lacks a permission. Where a stage can do without, it continues. */
export class PermissionMissing extends EnvironmentError {
  /** As people grant it: `list secrets in namespace parking`, `actions: read`; undefined: it is not known. */
  readonly permission: string | undefined;

  constructor(message: string, context: ErrorContext & { permission?: string } = {}) {
    super(message, context);
    this.permission = context.permission;
  }
}

/** The cluster does not serve this kind. Right after its definition was written, it may do so within moments. */
export class NotServed extends EnvironmentError {}

/** The API server did not answer for longer than Slipway waits: the state of the cluster is not known. */
export class Unreachable extends EnvironmentError {}

/** The credentials for a cluster have expired during the run: the state of the cluster is not known. */
export class SignedOut extends Unreachable {}

/** Another run holds the lease for longer than this one can wait. Nothing was written. */
export class LeaseHeld extends EnvironmentError {}

/** Tests ran and did not pass. */
export class TestsFailed extends SlipwayError {}

/** Several builds of one run failed. */
export class BuildsFailed extends SlipwayError {
  /** One for each failure, with its place in the Dockerfile. */
  readonly errors: readonly SlipwayError[];

  constructor(message: string, context: ErrorContext & { errors: readonly SlipwayError[] }) {
    super(message, context);
    this.errors = context.errors;
  }
}

/** Preflight proved that a release cannot work. */
export class PreflightFailed extends SlipwayError {}

/** The new revision cannot become ready. */
export class RolloutFailed extends SlipwayError {}

/** The cluster does not match the release. */
export class DriftFound extends SlipwayError {}

/** The deadline passed during a wait. */
export class TimedOut extends SlipwayError {}

/** The state is not known, for example because the control plane is unreachable. Never guessed into another outcome. */
export class OutcomeUnknown extends SlipwayError {}

/** Another run has taken the lease: this run neither knows nor changes the state of the cluster any more. */
export class LeaseLost extends OutcomeUnknown {}

/** The run was cancelled (SIGINT or SIGTERM). */
export class Cancelled extends SlipwayError {}

/** A newer commit replaces this run; nothing is wrong. */
export class Superseded extends SlipwayError {}

/** A defect of Slipway itself: an unexpected error. */
export class InternalError extends SlipwayError {}

/** The same error, whose message begins with what it is about. */
export function about(what: string, error: SlipwayError): SlipwayError {
  error.message = `${what}: ${error.message}`;
  return error;
}

/** The text of any thrown value, on one line, for messages; never `{}`. */
export function messageOf(error: unknown): string {
  if (error instanceof Error) {
    const inner =
      error.cause === undefined || error.message.includes(messageOf(error.cause)) ? '' : `: ${messageOf(error.cause)}`;
    return `${error.message || error.name}${inner}`;
  }
  return String(error);
}
