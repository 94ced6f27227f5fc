import * as z from 'zod';
import { isTooLong, MOST_DAYS } from '../text/duration.ts';

/** Values that several parts of slipway.yml take. */

const DNS_LABEL = /^[a-z]([a-z0-9-]*[a-z0-9])?$/;

/** RFC 1123 label; shorter than 63 because names of objects and review environments are made from it. */
export const label = (what: string, max: number) =>
  z
    .string()
    .max(max)
    .regex(
      DNS_LABEL,
      `${what} must be lower-case letters, digits and "-", begin with a letter and end with a letter or digit`,
    );
const SUBDOMAIN = /^[a-z0-9]+(-+[a-z0-9]+)*(\.[a-z0-9]+(-+[a-z0-9]+)*)*$/;
/** RFC 1123 subdomain: the name of an object in the cluster. @param what the object, as in "a Secret" */
export const objectName = (what: string) =>
  z.string().max(253).regex(SUBDOMAIN, `the name of ${what} is lower-case letters, digits, "-" and "."`);
/** The path of a URL. */
export const path = z.string().regex(/^\//, 'must be a path that begins with "/"');
export const quantity = z
  .string()
  .regex(/^\d+(\.\d+)?(m|k|Ki|M|Mi|G|Gi)?$/, 'a Kubernetes quantity, for example 250m or 256Mi');
export const duration = z
  .string()
  .regex(/^\d+(s|m|h|d)$/, 'a duration is a number and s, m, h or d, for example 30s or 7d')
  .refine((text) => !isTooLong(text), `a duration is at most ${MOST_DAYS}d`);
const HOST = /^(\{number\}|[a-z0-9]|[a-z0-9*{][a-z0-9.{}-]*[a-z0-9}])$/;
export const host = z
  .string()
  .max(253)
  .regex(
    HOST,
    'a host name is lower-case letters, digits, "-" and ".", for example pr-{number}.parking.review.acme.dev',
  );
export const port = z.int().min(1).max(65535);
/** Text that people write without quotes, such as `3.10`. The reader keeps it as written; editors accept the number. */
export const text = z.string().meta({ type: ['string', 'number', 'boolean'] });
/** Names as Kubernetes accepts them. @see https://kubernetes.io/docs/tasks/inject-data-application/define-environment-variable-container/ */
export const ENV_NAME = /^[-._a-zA-Z][-._a-zA-Z0-9]*$/;
export const envMap = z.record(
  z
    .string()
    .regex(ENV_NAME, 'the name of a variable is letters, digits, "_", "-" and ".", and does not begin with a digit'),
  text,
);
/** A command is a shell line, run by `sh -c` in the image, or a list, run as it is. */
export const command = z.union([z.string().min(1), z.array(z.string()).min(1)]);

/** A map with at most `most` entries: rules compare the entries with each other. */
export const atMost = <T extends z.ZodRecord>(map: T, most: number) =>
  map.refine((given) => Object.keys(given).length <= most, { error: `has more than ${most} entries` });
