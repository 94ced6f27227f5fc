import type { HttpAnswer } from '../../../ports.ts';

/** What an answer says about the environment: it is up, or why not yet. */
export type AnswerVerdict = { up: true } | { up: false; reason: string };

/**
 * Judges the answer of an environment's URL.
 * @param health a path was asked that the app says is its health: only success counts, as for the kubelet
 * @param nobody what the same server answers for a site that does not exist; asked for where a 404 has to be told apart
 */
export function judgeAnswer(answer: HttpAnswer, health: boolean, nobody: HttpAnswer | undefined): AnswerVerdict {
  const { status } = answer;
  if (status >= 500) return { up: false, reason: `it answers ${status}${firstWords(answer.body)}` };
  if (health)
    return status < 400 ? { up: true } : { up: false, reason: `it answers ${status}${firstWords(answer.body)}` };
  if (status === 404 && nobody !== undefined && sameAnswer(answer, nobody)) {
    return { up: false, reason: 'the ingress controller does not know the host yet (404)' };
  }
  return { up: true };
}

function sameAnswer(a: HttpAnswer, b: HttpAnswer): boolean {
  return a.status === b.status && a.server === b.server && a.body === b.body;
}

function firstWords(body: string): string {
  const text = body
    .replace(/<[^<>]*>/g, ' ')
    .replace(/\s+/g, ' ')
    .trim();
  return text === '' ? '' : ` (${text.slice(0, 80)})`;
}
