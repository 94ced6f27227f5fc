import * as z from 'zod';
import { duration, label } from './values.ts';

/** The kinds of ingress that Slipway writes objects for. */
export const INGRESS_KINDS = ['ingress', 'nginx', 'skipper', 'gke', 'gateway', 'load-balancer'] as const;

const PLACE = /^[a-z0-9]([a-z0-9.-]*[a-z0-9])?\/[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/;
const GATEWAY = /^[a-z0-9]([a-z0-9.-]*[a-z0-9])?\/[a-z0-9]([a-z0-9.-]*[a-z0-9])?(\/[a-z0-9]([a-z0-9.-]*[a-z0-9])?)?$/;

/** `ingress`, and the keys that replace it in one environment. */
export const ingressSchema = z.strictObject({
  kind: z
    .enum(INGRESS_KINDS)
    .optional()
    .describe(
      'ingress: an Ingress for any controller; nginx, skipper, gke: an Ingress with the annotations and objects of that controller; gateway: an HTTPRoute; load-balancer: TCP, by a Service with its own address. Default ingress',
    ),
  class: z.string().optional().describe('Ingress class; default: the default class of the cluster, gce for gke'),
  annotations: z
    .record(z.string(), z.string())
    .optional()
    .describe(
      'Annotations of every Ingress, HTTPRoute or LoadBalancer Service; can contain placeholders (docs/pods.md)',
    ),
  port: z.int().min(1).max(65535).optional().describe('Port in the URLs that Slipway shows; default: 80 or 443'),
  address: z
    .union([z.ipv4(), z.ipv6()])
    .optional()
    .describe('IP address of the ingress controller, for {address} in a host; default: read from the cluster'),
  service: z
    .string()
    .regex(PLACE, 'must be namespace/name')
    .optional()
    .describe(
      'Service of the ingress controller, as namespace/name: its address replaces {address}. Default: the address of an Ingress of the class',
    ),
  gateway: z
    .string()
    .regex(GATEWAY, 'must be namespace/name, or namespace/name/listener')
    .optional()
    .describe('With kind gateway: the Gateway, as namespace/name, or namespace/name/listener'),
  policies: z
    .boolean()
    .optional()
    .describe(
      'With kind gateway: also write HealthCheckPolicy and GCPBackendPolicy of GKE; default: true for a Gateway class of GKE',
    ),
  internal: z
    .enum(['gke', 'aws', 'azure', 'none'])
    .optional()
    .describe(
      'With kind load-balancer: the cloud whose internal load balancer it is; none: Slipway adds no annotation. Default: gke for a cluster given by gke; required for other clusters',
    ),
  timeout: duration
    .optional()
    .describe(
      'How long a connection may be silent (nginx) or exist (gke) before the controller closes it; matters for WebSockets. Default 1h',
    ),
});

/** `tls`: where the certificate comes from. */
export const tlsSchema = z.union([
  z.boolean(),
  z.strictObject({
    secret: label('a Secret', 253).describe(
      'TLS Secret in the namespace of the environment; Slipway neither reads nor copies it',
    ),
  }),
  z.strictObject({ issuer: z.string().min(1).describe('ClusterIssuer of cert-manager that issues the certificate') }),
  z.strictObject({
    preShared: z.string().min(1).describe('With kind gke: SSL certificate of the project, by its name in Google Cloud'),
  }),
  z.strictObject({
    managed: z.literal(true).describe('With kind gke, in persistent environments: a ManagedCertificate of Google'),
  }),
]);

/** A network; one address is a network of /32 or /128. */
const CIDR = z.union([z.cidrv4(), z.cidrv6()]);

/** `review.access`: who may open a review environment. */
export const accessSchema = z
  .strictObject({
    basicAuth: z
      .string()
      .regex(/^[A-Za-z_][A-Za-z0-9_]*$/, 'the name of an environment variable of the step, such as REVIEW_LOGIN')
      .optional()
      .describe(
        'Environment variable of the step that holds `name:password`, from a secret of the repository; visitors must enter it',
      ),
    allow: z
      .array(CIDR)
      .min(1)
      .optional()
      .describe('Networks that visitors may come from, such as 203.0.113.0/24; all others are refused'),
  })
  .refine((given) => given.basicAuth !== undefined || given.allow !== undefined, { error: 'give basicAuth or allow' });

export type IngressConfig = z.infer<typeof ingressSchema>;
export type TlsConfig = z.infer<typeof tlsSchema>;
export type AccessConfig = z.infer<typeof accessSchema>;
