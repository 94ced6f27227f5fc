import { openInspected } from '../../adapters/kube/inspected.ts';
import type { ClusterConfig } from '../../config/schema.ts';
import { SlipwayError } from '../../errors.ts';
import type { DoctorInputs } from '../../inputs/doctor.ts';
import { type ClusterChoice, chooseCluster } from '../../plan/cluster-choice.ts';
import { Kubectl, kubectlFor } from '../../plan/doctor/cluster/target.ts';
import type { Expected, ExpectedEnvironment } from '../../plan/doctor/expected.ts';
import type { Clock, Log } from '../../ports.ts';
import { ClusterView } from '../../stages/doctor/cluster-view.ts';
import type { ClusterSite } from '../../stages/doctor/site.ts';
import { connectionOf } from '../connection.ts';
import { ownKubeconfig } from '../own-kubeconfig.ts';

/** What opens the clusters. */
export interface Around {
  env: NodeJS.ProcessEnv;
  workingDirectory: string;
  clock: Clock;
  log: Log;
  signal: AbortSignal;
}

/** The clusters of slipway.yml, each once, with the environments in it. */
export function clusterSites(expected: Expected, inputs: DoctorInputs, around: Around): ClusterSite[] {
  const sites = new Map<string, ClusterSite>();
  const place = (config: ClusterConfig | undefined, key: string) => {
    const site = siteOf(config, key, inputs, around);
    sites.set(site.name, sites.get(site.name) ?? site);
    return site.name;
  };
  const add = (name: string, part: { environment?: ExpectedEnvironment; review?: Expected['review'] }) => {
    const site = sites.get(name);
    if (site === undefined) return;
    const environments = [...site.environments, ...(part.environment ? [part.environment] : [])];
    sites.set(name, { ...site, environments, review: part.review ?? site.review });
  };
  for (const environment of expected.environments) {
    add(place(environment.cluster, `${environment.subject}.cluster`), { environment });
  }
  const { review } = expected;
  if (review !== undefined) add(place(review.cluster, review.key), { review });
  return [...sites.values()];
}

function siteOf(
  config: ClusterConfig | undefined,
  key: string,
  { kubeconfig, context }: DoctorInputs,
  around: Around,
): ClusterSite {
  const none = { environments: [], review: undefined };
  const { env, workingDirectory, ...world } = around;
  try {
    // A command of a person uses the kubeconfig of that person, which an action never does.
    const files = env.KUBECONFIG || ownKubeconfig(env);
    const given = {
      kubeconfig,
      context: config && 'gke' in config ? undefined : context,
      cluster: undefined,
      namespace: undefined,
    };
    const choice = chooseCluster(given, config, files, workingDirectory, key);
    const open = async () => openInspected({ connection: await connectionOf(choice, around), ...world }, env);
    return {
      ...none,
      name: nameOf(choice),
      kubectl: new Kubectl(kubectlFor(choice, files)),
      view: new ClusterView(open),
    };
  } catch (error) {
    if (!(error instanceof SlipwayError)) throw error;
    return {
      ...none,
      name: key,
      kubectl: new Kubectl(['kubectl']),
      view: new ClusterView(() => Promise.reject(error)),
    };
  }
}

function nameOf(choice: ClusterChoice): string {
  if (choice.by === 'gke') return choice.path;
  return choice.context === undefined ? 'the current context' : `context ${choice.context}`;
}
