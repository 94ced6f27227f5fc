import type { HttpAnswer } from '../../../ports.ts';

/** Whether the environment is up, or why not yet. */
export type AnswerVerdict = { up: true } | { up: false; reason: string };

/**
 * Judges the answer of the URL of an environment.
 * @param health the path is the health check of the app: only success counts, as for the kubelet
 * @param nobody the answer of the same server for a host that does not exist, to recognise its own 404
 */
export function judgeAnswer(answer: HttpAnswer, health: boolean, nobody: HttpAnswer | undefined): AnswerVerdict {
  const { status } = answer;
  if (status >= 500) return { up: false, reason: `it answers ${status}${firstWords(answer.body)}` };
  if (health)
    return status < 400 ? { up: true } : { up: false, reason: `it answers ${status}${firstWords(answer.body)}` };
  if (status === 404 && nobody !== undefined && sameAnswer(answer, nobody)) {
    return { up: false, reason: 'the ingress controller does not serve the host yet (404)' };
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
