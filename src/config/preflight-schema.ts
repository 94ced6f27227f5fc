import * as z from 'zod';

const DAY = /^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$/;

const accept = z.strictObject({
  code: z.string().min(1).describe('Code of the finding, such as runs-as-root'),
  where: z
    .string()
    .min(1)
    .optional()
    .describe('Only there: the file, the object, its name, or the environment. Default: everywhere'),
  because: z.string().min(1).describe('Why it is accepted, for those who read it later'),
  until: z.string().regex(DAY, 'a date such as 2027-03-31').describe('Last day on which it is accepted'),
});

/** `preflight`: what is checked before an image is pushed. */
export const preflightSchema = z.strictObject({
  accept: z
    .array(accept)
    .optional()
    .describe(
      'Findings that are accepted, with a reason and a last day. On a pull request, those of the default branch count',
    ),
});

export type AcceptConfig = z.infer<typeof accept>;
export type PreflightConfig = z.infer<typeof preflightSchema>;
