import type { Operation } from './openapi/operations.ts';

/** Something that goes wrong, a number of times. Plain data, so that another process can set it. */
export interface Fault {
  /** Default: any operation. */
  on?: Operation;
  /** How often; default once. */
  times?: number;
  /** Requests that pass before it begins; default none. */
  after?: number;
  /**
   * `secondary-limit` and `primary-limit`: as GitHub words them. `lost-response`: done, but the connection breaks before
   * the answer. `no-answer`: the connection breaks before anything is done. `status`: the service answers with it.
   */
  kind: 'secondary-limit' | 'primary-limit' | 'lost-response' | 'no-answer' | 'status';
  status?: number;
  /** Seconds, for both limits; without it the secondary limit says nothing about when. */
  retryAfter?: number;
}

export class Faults {
  private readonly list: Fault[] = [];

  add(fault: Fault): void {
    this.list.push({ times: 1, after: 0, ...fault });
  }

  /** The fault that this request meets, if any; counts it. */
  take(operation: Operation): Fault | undefined {
    const fault = this.list.find((one) => (one.on ?? operation) === operation && (one.times ?? 1) > 0);
    if (!fault) return undefined;
    if ((fault.after ?? 0) > 0) {
      fault.after = (fault.after ?? 0) - 1;
      return undefined;
    }
    fault.times = (fault.times ?? 1) - 1;
    return fault;
  }
}

export interface FaultAnswer {
  status: number;
  headers: Record<string, string>;
  body: { message: string; documentation_url?: string };
}

const LIMITS = 'https://docs.github.com/rest/using-the-rest-api/rate-limits-for-the-rest-api';

/** Also an answer that is none of what was asked for is no error: a deployment that became a merge (202). */
function bodyOf(status: number): FaultAnswer['body'] {
  if (status < 300) return { message: 'Auto-merged main into the branch on deployment.' };
  return { message: 'Server Error', documentation_url: LIMITS };
}

/** The answer of a fault that has one. */
export function faultAnswer(fault: Fault, now: number): FaultAnswer | undefined {
  const after: Record<string, string> =
    fault.retryAfter === undefined ? {} : { 'retry-after': String(fault.retryAfter) };
  switch (fault.kind) {
    case 'secondary-limit': {
      const message = 'You have exceeded a secondary rate limit. Please wait a few minutes before you try again.';
      return { status: fault.status ?? 403, headers: after, body: { message, documentation_url: LIMITS } };
    }
    case 'primary-limit': {
      const reset = String(Math.ceil(now / 1_000) + (fault.retryAfter ?? 60));
      const headers = { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': reset };
      return { status: 403, headers, body: { message: 'API rate limit exceeded', documentation_url: LIMITS } };
    }
    case 'status':
      return { status: fault.status ?? 502, headers: after, body: bodyOf(fault.status ?? 502) };
    default:
      return undefined;
  }
}
