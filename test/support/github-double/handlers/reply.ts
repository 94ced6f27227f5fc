import type { Shape } from '../shape.ts';
import type { Account } from '../world/types.ts';
import type { World } from '../world/world.ts';

export interface Call {
  world: World;
  shape: Shape;
  /** Who the token belongs to. */
  account: Account;
  parameters: Record<string, string>;
  query: URLSearchParams;
  body: Record<string, unknown>;
}

export interface Reply {
  status: number;
  /** undefined for an answer without a body. */
  body?: unknown;
  /** Set by `page`: the server adds the Link header. */
  next?: boolean;
}

export type Handler = (call: Call) => Reply;

const DOCS = 'https://docs.github.com/rest';

export const notFound: Reply = { status: 404, body: { message: 'Not Found', documentation_url: DOCS, status: '404' } };

/** 422 as GitHub words it. */
export function invalid(message: string, errors: unknown[] = []): Reply {
  return { status: 422, body: { message, documentation_url: DOCS, ...(errors.length > 0 ? { errors } : {}) } };
}

/** One page of a list, as `page` and `per_page` ask for it. */
export function page<T>(items: readonly T[], query: URLSearchParams, shape: (item: T) => unknown): Reply {
  const { from, to } = window(query);
  return { status: 200, body: items.slice(from, to).map(shape), next: to < items.length };
}

export function window(query: URLSearchParams): { from: number; to: number } {
  const size = Math.min(100, Math.max(1, Number(query.get('per_page') ?? 30)));
  const from = (Math.max(1, Number(query.get('page') ?? 1)) - 1) * size;
  return { from, to: from + size };
}
