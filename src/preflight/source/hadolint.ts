import * as z from 'zod';
import { neutraliseLine } from '../../text/neutralise.ts';
import { type Finding, finding } from '../finding.ts';

/** @see https://github.com/hadolint/hadolint#output */
const report = z.array(
  z.object({
    code: z.string().regex(/^(DL|SC)\d{4}$/),
    level: z.enum(['error', 'warning', 'info', 'style', 'ignore']),
    line: z.int().min(1),
    message: z.string(),
  }),
);

/** Rules that preflight has itself: tags, root, the caches of apt, apk and pip, commands for a shell. */
const OWN = new Set(['DL3002', 'DL3006', 'DL3007', 'DL3009', 'DL3019', 'DL3025', 'DL3042']);
const SHOWN = new Set(['error', 'warning']);

/** Each rule once, at its first line. A report of another form has no findings: it is the team's program. */
export function hadolintFindings(path: string, text: string): Finding[] {
  const read = report.safeParse(jsonOf(text));
  const shown = (read.data ?? []).filter(({ code, level }) => SHOWN.has(level) && !OWN.has(code));
  const first = shown.filter(({ code }, index) => shown.findIndex((one) => one.code === code) === index);
  return first.map(({ code, level, line, message }) => {
    const others = shown.filter((one) => one.code === code).length - 1;
    return finding('hadolint', {
      where: { file: path, line },
      confidence: level === 'error' ? 'likely' : 'possible',
      seen: neutraliseLine(`${code}: ${message}${others > 0 ? ` (and ${others} more)` : ''}`, 500),
      remedy: code.startsWith('SC')
        ? `https://www.shellcheck.net/wiki/${code}`
        : `https://github.com/hadolint/hadolint/wiki/${code}`,
      key: code,
    });
  });
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
