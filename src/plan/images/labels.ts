import type { PipelineEvent } from '../../event/pipeline-event.ts';
import { LABELS } from '../../objects/names.ts';
import { versionLabel } from './tags.ts';

/** Labels of images that Slipway builds, beside those of OCI. */
export const IMAGE_LABELS = {
  app: LABELS.app,
  repository: LABELS.repository,
  pullRequest: LABELS.pullRequest,
  sourceKey: 'slipway.dev/source-key',
  sourceParts: 'slipway.dev/source-parts',
} as const;

/** The repository's address on GitHub, from the address of the run, so that it is right for GitHub Enterprise as well. */
export function sourceUrl(event: PipelineEvent): string {
  const origin = URL.canParse(event.run.url) ? new URL(event.run.url).origin : 'https://github.com';
  return `${origin}/${event.repository.fullName}`;
}

/**
 * Labels of OCI for an image built for an event.
 * @param created seconds since the epoch: the commit's date or SOURCE_DATE_EPOCH, so that a build can be repeated
 * @see https://github.com/opencontainers/image-spec/blob/v1.1.1/annotations.md#pre-defined-annotation-keys
 */
export function ociLabels(event: PipelineEvent, app: string, created: number): Record<string, string> {
  return {
    'org.opencontainers.image.title': app,
    'org.opencontainers.image.source': sourceUrl(event),
    'org.opencontainers.image.revision': event.sha,
    'org.opencontainers.image.version': versionLabel(event),
    'org.opencontainers.image.created': rfc3339(created),
    [IMAGE_LABELS.app]: app,
    [IMAGE_LABELS.repository]: String(event.repository.id),
    ...(event.kind === 'pull-request' ? { [IMAGE_LABELS.pullRequest]: String(event.number) } : {}),
  };
}

/** RFC 3339 in UTC, without fractions of a second. */
export function rfc3339(seconds: number): string {
  return new Date(seconds * 1000).toISOString().replace(/\.\d{3}Z$/, 'Z');
}
