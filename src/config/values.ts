import * as z from 'zod';

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
export const quantity = z
  .string()
  .regex(/^\d+(\.\d+)?(m|k|Ki|M|Mi|G|Gi)?$/, 'a Kubernetes quantity, for example 250m or 256Mi');
export const duration = z
  .string()
  .regex(/^\d+(s|m|h|d)$/, 'a duration is a number and s, m, h or d, for example 30s or 7d');
/** A command is a shell line, run by `sh -c` in the image, or a list, run as it is. */
export const command = z.union([z.string().min(1), z.array(z.string()).min(1)]);
