import type { Finding } from '../finding.ts';
import { addressFindings, clientFindings, localhostFindings } from './addresses.ts';
import { routeFindings, serviceFindings } from './backends.ts';
import { budgetFindings } from './budgets.ts';
import { commandFindings } from './commands.ts';
import { gatewayFindings } from './gateway.ts';
import { googleFindings } from './google.ts';
import { imageFindings } from './images.ts';
import { ingressFindings } from './ingress-class.ts';
import { type Observed, servingWorkloads } from './observed.ts';
import { probeFindings } from './probes.ts';
import { protocolFindings } from './protocols.ts';
import { replicaFindings } from './replicas.ts';
import { userFindings } from './users.ts';
import { versionFindings } from './versions.ts';
import { volumeFindings } from './volumes.ts';

const OF_OBJECTS = [
  versionFindings,
  budgetFindings,
  ingressFindings,
  googleFindings,
  gatewayFindings,
  routeFindings,
  protocolFindings,
  serviceFindings,
  imageFindings,
  addressFindings,
  clientFindings,
];
const OF_WORKLOADS = [replicaFindings, volumeFindings, probeFindings, userFindings, localhostFindings, commandFindings];

/** What the objects of an environment prove, without a cluster. */
export function objectFindings(all: Observed): Finding[] {
  return [
    ...all.objects.flatMap((object) => OF_OBJECTS.flatMap((judge) => judge(object, all))),
    ...servingWorkloads(all).flatMap((workload) => OF_WORKLOADS.flatMap((judge) => judge(workload, all))),
  ];
}
