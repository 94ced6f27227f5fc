import * as z from 'zod';

/** A JSON pointer that names a field. @see https://www.rfc-editor.org/rfc/rfc6901 */
const pointer = (what: string) =>
  z.string().regex(/^\//, 'a JSON pointer begins with "/", for example /spec/replicas').describe(what);

const WHAT = 'What the operation does';
const WHERE = 'JSON pointer of the field, such as /spec/replicas';

/** RFC 6902. */
const operation = z.union([
  z.strictObject({
    op: z.enum(['add', 'replace', 'test']).describe(WHAT),
    path: pointer(WHERE),
    value: z.json().describe('Value of `add`, `replace` and `test`'),
  }),
  z.strictObject({ op: z.literal('remove').describe(WHAT), path: pointer(WHERE) }),
  z.strictObject({
    op: z.enum(['move', 'copy']).describe(WHAT),
    path: pointer(WHERE),
    from: pointer('JSON pointer of the value that `move` and `copy` take'),
  }),
]);

/** An entry of `patches`. */
const patch = z.strictObject({
  target: z
    .strictObject({
      kind: z.string().min(1).optional().describe('Kind of the object, such as Deployment'),
      name: z.string().min(1).optional().describe('Name of the object'),
      process: z.string().min(1).optional().describe('Process of deploy.processes; `web` in the short form'),
    })
    .refine((target) => Object.keys(target).length > 0, { error: 'give kind, name or process' })
    .describe('The objects that it applies to; everything that is given must match'),
  patch: z
    .union([z.record(z.string(), z.json()), z.array(operation).min(1)])
    .describe('A map is a strategic merge patch, a list a JSON patch (RFC 6902)'),
});

/** `patches` of `deploy`, of an environment and of `review`. */
export const patches = z.array(patch).max(200);

export type PatchConfig = z.infer<typeof patch>;
