import type { CodeInfo } from './code-info.ts';
import { OBJECT_CODES } from './object-codes.ts';
import { SOURCE_CODES } from './source-codes.ts';

/** Every code of a finding. docs/preflight.md has a section for each. */
export const CODES = {
  'listens-on-localhost': {
    title: 'The process listens on localhost only',
    severity: 'error',
    why: 'The kubelet and the Service connect to the address of the pod, which nobody listens on: the rollout fails.',
  },
  'listens-on-another-port': {
    title: 'The process listens on another port',
    severity: 'error',
    why: 'The probe and the Service use the port of slipway.yml, where nobody listens: the rollout fails.',
  },
  'not-listening': {
    title: 'The process does not listen',
    severity: 'note',
    why: 'A pod gets no requests until its port accepts connections.',
  },
  exits: {
    title: 'The process exits at once',
    severity: 'error',
    why: 'Kubernetes restarts a container whose first process exits, whatever its exit code: the rollout fails.',
  },
  'out-of-memory': {
    title: 'The memory limit is too low',
    severity: 'error',
    why: 'The kernel kills a container at its memory limit: the rollout fails, or pods restart under load.',
  },
  'migration-fails': {
    title: 'The migration fails on an empty database',
    severity: 'error',
    why: 'The migration runs before the rollout. If it fails, nothing is deployed, and review environments never start.',
  },
  'health-fails': {
    title: 'The health check fails',
    severity: 'error',
    why: 'A probe succeeds with a status from 200 to 399. With any other one the pod never becomes ready: the rollout fails.',
  },
  'health-redirects': {
    title: 'The health check redirects',
    severity: 'error',
    why: 'The health check of a Google load balancer needs the status 200, and follows no redirect: every pod counts as unhealthy.',
  },
  'health-without-head': {
    title: 'HEAD of the health path differs from GET',
    severity: 'note',
    why: 'Uptime monitors often send HEAD. They report an outage that is none, or miss one.',
  },
  'host-refused': {
    title: 'The app refuses the host of an environment',
    severity: 'error',
    why: 'Every visitor of this environment gets this status: frameworks answer only hosts that they are told (ALLOWED_HOSTS).',
  },
  'websocket-only': {
    title: 'The port serves WebSockets only',
    severity: 'warning',
    why: 'Load balancers check health by plain HTTP. A port that answers only upgrades never counts as healthy.',
  },
  'ignores-sigterm': {
    title: 'The process ignores SIGTERM',
    severity: 'warning',
    why: 'Kubernetes waits for the whole grace period, then kills the process: each rollout takes longer, and requests in flight break.',
  },
  'breaks-requests': {
    title: 'Requests in flight break on SIGTERM',
    severity: 'warning',
    why: 'Every rollout and every drained node ends pods by SIGTERM. Each open request of a visitor fails then.',
  },
  'writes-files': {
    title: 'The process writes into its container',
    severity: 'warning',
    why: 'Files in a container are lost with the pod, and other pods of the process do not see them.',
  },
  'no-output': {
    title: 'The process logs nothing',
    severity: 'note',
    why: 'Kubernetes collects standard output and standard error. Without either, a failure has no log.',
  },
  'unknown-host-dialled': {
    title: 'The process asks for a host that the configuration does not have',
    severity: 'warning',
    why: 'In the cluster the name must resolve. Nothing in slipway.yml makes it.',
  },
  'literal-address-dialled': {
    title: 'The process dials a literal address',
    severity: 'warning',
    why: 'Addresses of pods, Services and nodes change. A name of a Service, or a variable, does not.',
  },
  ...OBJECT_CODES,
  ...SOURCE_CODES,
  'over-capacity': {
    title: 'More is asked of the nodes than they give',
    severity: 'error',
    why: 'Pods for which no node has room stay Pending: a rollout waits until its deadline, and a cron does not run.',
  },
  'pod-larger-than-nodes': {
    title: 'A pod is larger than every node',
    severity: 'error',
    why: 'No autoscaler helps: the pod stays Pending for ever.',
  },
  'cron-overlaps': {
    title: 'Runs of a cron overlap',
    severity: 'warning',
    why: 'Runs pile up and take room from the app, or are left out without a word.',
  },
  'cron-at-clock-change': {
    title: 'A change of the clock skips or repeats a run',
    severity: 'warning',
    why: 'Kubernetes runs a cron by the wall clock of its time zone: a time that does not exist is skipped, one that comes twice runs twice.',
  },
  'missing-in-environment': {
    title: 'The next environment lacks something',
    severity: 'warning',
    why: 'What works in the environment where a release is tried fails in the one that visitors use.',
  },
  'other-version': {
    title: 'The next environment runs another version',
    severity: 'note',
    why: 'A release is tried beside one version of a program, and visitors use it beside another one.',
  },
  'no-service-answers': {
    title: 'No Service answers a name that a variable holds',
    severity: 'error',
    why: 'The name does not resolve in the cluster, or nobody answers on the port: each connection fails.',
  },
  'breaks-api': {
    title: 'Callers of the API break',
    severity: 'warning',
    why: 'Pages that are open, other services and pods of the version before still call the API as it was.',
  },
  'made-by-hand': {
    title: 'No file describes an object',
    severity: 'warning',
    why: 'It is missing in every new namespace and cluster, and nobody reviews its changes.',
  },
  'changed-by-hand': {
    title: 'Somebody changed an object by hand',
    severity: 'warning',
    why: 'It works in the environment where it was changed. No release brings the change to the next one.',
  },
  'certificate-limit': {
    title: 'A limit of certificates is within reach',
    severity: 'warning',
    why: 'Above the limit no certificate is issued or served: browsers refuse the new host.',
  },
  'autoscaler-at-its-end': {
    title: 'The autoscaler is at its end',
    severity: 'warning',
    why: 'More load gets no more pods, and more pods get no nodes: requests wait, and a rollout waits with them.',
  },
  'no-class': {
    title: 'A class that an object needs is missing',
    severity: 'error',
    why: 'Without a StorageClass a claim stays Pending, and its pod with it. Without an IngressClass no controller serves an Ingress.',
  },
} as const satisfies Record<string, CodeInfo>;

export type Code = keyof typeof CODES;
