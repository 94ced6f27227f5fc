import * as z from 'zod';
import { duration } from './values.ts';

const tagPattern = z
  .string()
  .regex(/^[\w.*-]{1,128}$/, 'must be a tag, in which * stands for any text, for example nightly-*');

/** `registry`: what stays in the registry. */
export const registrySchema = z.strictObject({
  retention: z
    .strictObject({
      keepFor: duration.optional().describe('Age below which clean-registry deletes no image; default 30d'),
      keepTags: z
        .array(tagPattern)
        .optional()
        .describe(
          'Tags whose images stay; * stands for any text. Tags of branches and versions stay in any case, unless expireTags names them',
        ),
      expireTags: z
        .array(tagPattern)
        .optional()
        .describe('Tags that do not keep their image, such as those of short-lived branches; * stands for any text'),
    })
    .optional()
    .describe('Images that the action clean-registry keeps (docs/registries.md)'),
});
