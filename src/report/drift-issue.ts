import { shortHash } from '../objects/names.ts';
import type { EnvironmentDrift } from '../plan/drift/report.ts';
import { renderBlock } from './blocks.ts';
import { driftHeadline, environmentBlocks } from './drift-blocks.ts';
import { COMMENT_CHARACTERS, fitted } from './limits.ts';
import { paragraph } from './markdown.ts';

/** Label of the issues. */
export const DRIFT_LABEL = 'slipway-drift';

/** The marker at the beginning of the issue of an app's environment. */
export function driftMarker(app: string, environment: string): string {
  return `<!-- slipway:drift:${app}:${environment} -->`;
}

/** Hash of the findings. The issue is updated only when it changes. */
export function findingsOf({ objects }: EnvironmentDrift): string {
  return objects.length === 0 ? 'none' : shortHash(JSON.stringify(objects), 16);
}

/** The hash in the text of an issue. */
export function findingsIn(body: string): string | undefined {
  return /<!-- slipway:findings:(\w+) -->/.exec(body)?.[1];
}

export function driftTitle(app: string, { environment, namespace }: EnvironmentDrift): string {
  return `Drift: ${app} in ${environment} (${namespace})`;
}

/**
 * The text of the issue.
 * @param run URL of the run that found it; empty for a run by hand
 */
export function driftBody(app: string, environment: EnvironmentDrift, run: string): string {
  const head = [
    driftMarker(app, environment.environment),
    `<!-- slipway:findings:${findingsOf(environment)} -->`,
    `**${paragraph(driftHeadline(environment))}**`,
  ];
  // The headline is above the blocks.
  const blocks = environmentBlocks(environment).filter((_, index) => index !== 1);
  const foot = paragraph(
    `Slipway’s action drift updates this issue when it finds something else, and closes it when the drift is gone.${run === '' ? '' : ` Found by ${run}`}`,
  );
  return fitted(
    (detail) => {
      const rendered = blocks.map((block) => renderBlock(block, detail));
      return [...head, ...rendered, foot].filter((part) => part !== '').join('\n\n');
    },
    COMMENT_CHARACTERS,
    (text) => text.length,
  );
}

/** The text of an issue without drift: the same drift counts as new when it occurs again. */
export function goneBody(body: string): string {
  return body.replace(/<!-- slipway:findings:\w+ -->/, '<!-- slipway:findings:none -->');
}

export function goneComment(environment: EnvironmentDrift, run: string): string {
  return paragraph(`The drift is gone: ${driftHeadline(environment)}.${run === '' ? '' : ` Seen by ${run}`}`);
}
