import { RequestError } from '@octokit/request-error';
import { messageOf } from '../../errors.ts';

/** The part of an answer that decides whether a request is repeated and how its error reads. */
export interface Answer {
  /** HTTP status; undefined when no answer came back. */
  status: number | undefined;
  headers: Record<string, string | number | undefined>;
  message: string;
}

/** The answer inside an error of Octokit. Octokit reports status 500 for a broken connection; that one has no response. */
export function answerOf(error: unknown): Answer {
  if (!(error instanceof RequestError)) return { status: undefined, headers: {}, message: messageOf(error) };
  return {
    status: error.response ? error.status : undefined,
    headers: error.response?.headers ?? {},
    message: error.message,
  };
}

/** No answer, or a server error: the request may have had its effect. */
export function isLost(error: unknown): boolean {
  const { status } = answerOf(error);
  return error instanceof RequestError && (status === undefined || status >= 500);
}

export function hasStatus(error: unknown, status: number): boolean {
  return answerOf(error).status === status;
}
