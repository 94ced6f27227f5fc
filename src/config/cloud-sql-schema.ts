import * as z from 'zod';

/** project:region:instance; the project may be one of a domain: acme.dev:project:region:instance. */
const INSTANCE = /^([a-z0-9]+([.-][a-z0-9]+)*:)?[a-z][a-z0-9-]*:[a-z]+-[a-z0-9-]+:[a-z][a-z0-9-]*$/;
const EMAIL = /^[a-z][a-z0-9-]*@[a-z0-9.:-]+\.iam\.gserviceaccount\.com$/;

/** `environments.<name>.database`: a database on Cloud SQL, reached through the Cloud SQL Auth Proxy. */
export const cloudSqlSchema = z
  .strictObject({
    cloudSql: z
      .string()
      .regex(INSTANCE, 'must be project:region:instance, as `gcloud sql instances describe` shows in connectionName')
      .describe('Connection name of the instance: project:region:instance'),
    engine: z.enum(['postgres', 'mysql']).optional().describe('Default postgres'),
    name: z.string().min(1).max(63).describe('Name of the database'),
    via: z
      .enum(['proxy', 'private-ip', 'psc'])
      .optional()
      .describe(
        'How the Auth Proxy reaches the instance: by its public address, its private one, or Private Service Connect; default proxy, the public address',
      ),
    iam: z
      .boolean()
      .optional()
      .describe('Log in with the identity of the pod, without a password; default true. Otherwise a Secret holds it'),
    serviceAccount: z
      .string()
      .regex(EMAIL, 'must be the e-mail of a service account: name@project.iam.gserviceaccount.com')
      .optional()
      .describe('Google service account of the pods, by Workload Identity. Default: that of their ServiceAccount'),
    user: z
      .string()
      .min(1)
      .max(128)
      .optional()
      .describe('User of the database; default with `iam`: the one of `serviceAccount`'),
    image: z
      .string()
      .min(1)
      .optional()
      .describe('Image of the Auth Proxy; default: the official image at a pinned version'),
  })
  .refine(({ iam = true, serviceAccount, user }) => user !== undefined || (iam && serviceAccount !== undefined), {
    path: ['user'],
    error: 'is missing: name the user of the database; with `iam`, `serviceAccount` names it as well',
  });

export type CloudSqlConfig = z.infer<typeof cloudSqlSchema>;
