import * as z from 'zod';

const file = z
  .string()
  .regex(
    /^\.github\/workflows\/[\w.-]{1,100}\.ya?ml$/,
    'must be a workflow file, such as .github/workflows/slipway.yml',
  );
const ref = z
  .string()
  .regex(/^refs\/[^\s]{1,250}$/, 'must be a full ref, such as refs/heads/main; * stands for any text');
const reusable = z
  .string()
  .regex(/^[^\s@]{1,250}@[^\s@]{1,250}$/, 'must be owner/name/.github/workflows/file.yml@ref; * stands for any text');

/** `environments.<name>.verify`. */
export const verifySchema = z.strictObject({
  workflow: z
    .union([file, z.array(file).min(1)])
    .describe('Workflow files whose runs may have built the image, such as .github/workflows/slipway.yml'),
  refs: z
    .array(ref)
    .min(1)
    .optional()
    .describe('Refs of these runs; * stands for any text. Default: the default branch'),
  repositoryId: z.int().positive().optional().describe('Id of the repository of these runs; default: this repository'),
  reusable: z
    .union([reusable, z.array(reusable).min(1)])
    .optional()
    .describe(
      'Reusable workflows whose steps may have built the image, as owner/name/.github/workflows/file.yml@ref; * stands for any text. Default: any',
    ),
});
