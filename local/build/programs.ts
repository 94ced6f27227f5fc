import { mkdir, readFile, rename, rm, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { cacheDir, toolsDir } from '../paths.ts';
import { buildGo } from './go.ts';
import { moduleFolder } from './module.ts';
import { moduleVersion } from './versions.ts';

export interface KubernetesPrograms {
  /** etcd, the Kubernetes programs and our own helpers: one binary. */
  kube: string;
  pause: string;
  version: string;
}

export async function buildKubernetes(): Promise<KubernetesPrograms> {
  const module = moduleFolder('kubernetes');
  const version = await versionOf(module, 'k8s.io/kubernetes');
  const folder = await buildGo(module, 'Build Kubernetes', [
    { name: 'slipway-kube', package: './cmd/slipway-kube', ldflags: versionFlags(version) },
    { name: 'pause', package: './cmd/pause' },
  ]);
  const kube = join(folder, 'slipway-kube');
  await offer('kubectl', kube);
  return { kube, pause: join(folder, 'pause'), version };
}

/** What lets `kubectl version` say the truth. */
export function versionFlags(version: string): string {
  const [major = '', minor = ''] = version.replace(/^v/, '').split('.');
  const values = { gitVersion: version, gitMajor: major, gitMinor: minor, gitTreeState: 'clean' };
  return Object.entries(values)
    .map(([name, value]) => `-X k8s.io/component-base/version.${name}=${value}`)
    .join(' ');
}

/** Docker's build plugin, in the place where our docker configuration has its plugins. */
export async function buildBuilder(): Promise<void> {
  const module = moduleFolder('tools');
  const version = await versionOf(module, 'github.com/docker/buildx');
  const folder = await buildGo(module, 'Build the builder', [
    {
      name: 'docker-buildx',
      package: 'github.com/docker/buildx/cmd/buildx',
      ldflags: `-X github.com/docker/buildx/version.Version=${version}`,
    },
  ]);
  await offer('docker-buildx', join(folder, 'docker-buildx'), join(cacheDir, 'docker-config/cli-plugins'));
}

export interface Tools {
  coredns: string;
  skipper: string;
}

/** The cluster's DNS and ingress controller, and Helm. */
export async function buildTools(): Promise<Tools> {
  const module = moduleFolder('tools');
  const helm = await versionOf(module, 'helm.sh/helm/v3');
  const folder = await buildGo(module, 'Build the tools', [
    { name: 'coredns', package: './cmd/coredns' },
    { name: 'skipper', package: 'github.com/zalando/skipper/cmd/skipper' },
    { name: 'helm', package: 'helm.sh/helm/v3/cmd/helm', ldflags: helmFlags(helm) },
  ]);
  await offer('helm', join(folder, 'helm'));
  return { coredns: join(folder, 'coredns'), skipper: join(folder, 'skipper') };
}

/** Helm's version, and the Kubernetes that `helm template` takes for granted without a cluster. */
function helmFlags(version: string): string {
  const capabilities = 'helm.sh/helm/v3/pkg/chartutil';
  return [
    `-X helm.sh/helm/v3/internal/version.version=${version}`,
    `-X ${capabilities}.k8sVersionMajor=1 -X ${capabilities}.k8sVersionMinor=34`,
  ].join(' ');
}

/** What enforces network policies where a test asks for it. */
export async function buildPolicies(): Promise<string> {
  const folder = await buildGo(moduleFolder('policies'), 'Build the network policy engine', [
    { name: 'network-policies', package: './cmd/network-policies' },
  ]);
  return join(folder, 'network-policies');
}

/** The Auth Proxy of Cloud SQL, and what stands in for an instance and its Admin API. */
export async function buildCloudSql(): Promise<{ proxy: string; double: string }> {
  const folder = await buildGo(moduleFolder('cloudsql'), 'Build the Cloud SQL Auth Proxy', [
    { name: 'cloud-sql-proxy', package: 'github.com/GoogleCloudPlatform/cloud-sql-proxy/v2' },
    { name: 'cloud-sql-double', package: './cmd/cloud-sql-double' },
  ]);
  return { proxy: join(folder, 'cloud-sql-proxy'), double: join(folder, 'cloud-sql-double') };
}

/** A registry with the referrers API, which distribution does not have. */
export async function buildReferrersRegistry(): Promise<string> {
  const folder = await buildGo(moduleFolder('referrers'), 'Build the registry with referrers', [
    { name: 'oci-registry', package: './cmd/oci-registry' },
  ]);
  return join(folder, 'oci-registry');
}

async function versionOf(module: string, dependency: string): Promise<string> {
  return moduleVersion(await readFile(join(module, 'go.mod'), 'utf8'), dependency);
}

/** A link that is never absent, even while a program runs through it. */
async function offer(name: string, program: string, folder = toolsDir): Promise<void> {
  await mkdir(folder, { recursive: true });
  const part = join(folder, `.${name}.part`);
  await rm(part, { force: true });
  await symlink(program, part);
  await rename(part, join(folder, name));
}
