import * as z from 'zod';
import { atMost, duration, envMap } from './values.ts';

/** An entry of `images`, or `image`: how Slipway builds an image, and where it pushes it. */
export const imageSchema = z.strictObject({
  repository: z
    .string()
    .regex(
      /^[a-z0-9][a-z0-9.-]*(:\d+)?(\/[a-z0-9]+([._-]+[a-z0-9]+)*)+$/,
      'must be host[:port]/path, in lower case and without a tag',
    )
    .describe('Repository of the image: host/path without a tag'),
  context: z.string().optional().describe('Folder of the build; default: the working directory'),
  dockerfile: z.string().optional().describe('Path in that folder; default: Dockerfile'),
  contexts: atMost(z.record(z.string(), z.string().min(1)), 20)
    .optional()
    .describe(
      'Named contexts, for FROM, COPY --from and RUN --mount=from: name → folder of the repository, relative to the working directory, or docker-image://<reference>. Needs buildx',
    ),
  target: z.string().optional().describe('Stage of the Dockerfile; default: the last one'),
  platforms: z
    .array(z.string().regex(/^[a-z0-9]+\/[a-z0-9]+(\/[a-z0-9]+)?$/, 'for example linux/amd64'))
    .optional()
    .describe('Such as linux/amd64; default: the platform of the engine'),
  args: envMap.optional().describe('Build arguments. Never secrets: arguments stay in the image'),
  secrets: z
    .record(z.string(), z.string())
    .optional()
    .describe('BuildKit secret id → name of an environment variable of the step'),
  maxAge: duration
    .optional()
    .describe(
      'Age up to which build-image uses an image of the registry in place of building the same sources again; default 7d',
    ),
  sbom: z
    .boolean()
    .optional()
    .describe('push-to-registry attaches a bill of materials (SPDX) to the image; default false'),
});

export type ImageConfig = z.infer<typeof imageSchema>;
