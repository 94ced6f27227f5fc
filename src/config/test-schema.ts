import * as z from 'zod';
import { serviceSchema } from './service-schema.ts';
import { command, duration, envMap, label } from './values.ts';

/** An entry of `tests`. */
const testSchema = z.strictObject({
  run: command.describe('Command inside the built image'),
  image: z
    .string()
    .optional()
    .describe('Name of the image in `images` that the test runs in and vouches for; required with several images'),
  target: z
    .string()
    .min(1)
    .optional()
    .describe(
      'Stage of the Dockerfile that the test runs in, such as one with the test runner; build-image builds it from the same sources. Default: the image itself',
    ),
  services: z
    .array(serviceSchema)
    .optional()
    .describe('Services on the private network of the test; the test starts when they are ready'),
  report: z
    .string()
    .optional()
    .describe(
      'Test report in the image (JUnit XML, xUnit v2, NUnit 3 or TRX), relative to its working directory: a file, a folder, or a pattern such as `**/TEST-*.xml`',
    ),
  coverage: z
    .string()
    .optional()
    .describe(
      'Coverage report in the image (Cobertura XML or lcov), relative to its working directory: a file. The summary shows it; it decides nothing',
    ),
  env: envMap.optional().describe('Environment variables of the test; can contain placeholders (docs/pods.md)'),
  timeout: duration.optional().describe('Time limit; default 10m'),
  against: z
    .enum(['review'])
    .optional()
    .describe(
      'Black-box test: runs against the review URL, given as BASE_URL; with review.access.basicAuth also BASE_USERNAME and BASE_PASSWORD',
    ),
});

export type TestConfig = z.infer<typeof testSchema>;

const testName = label('a test name', 40);
const { $schema: _, ...testNameSchema } = z.toJSONSchema(testName);

/** `tests`: the tests by name, and `required`, which is the name of no test. */
export const testsSchema = z
  .object({
    required: z
      .union([z.boolean(), z.array(z.string()).min(1)])
      .optional()
      .describe(
        'Names of tests, or `true` for all that run in the image: an image without evidence that they passed is neither pushed nor deployed',
      ),
  })
  .catchall(testSchema)
  .superRefine((tests, context) => {
    for (const name of Object.keys(tests)) {
      const { error } = testName.safeParse(name);
      for (const { message } of error?.issues ?? []) context.addIssue({ code: 'custom', path: [name], message });
    }
  })
  .meta({ propertyNames: testNameSchema });
