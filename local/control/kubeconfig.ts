import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { network, ports } from '../network.ts';
import { keysDir, stateDir } from '../paths.ts';

export const apiServer = `https://${network.node}:${ports.api}`;

/** Writes the kubeconfig of one of the cluster's identities; returns its path. */
export async function kubeconfigOf(identity: string, path = join(stateDir, `${identity}.kubeconfig`)): Promise<string> {
  const key = async (file: string) => (await readFile(join(keysDir, file))).toString('base64');
  const [ca, certificate, secret] = await Promise.all([key('ca.crt'), key(`${identity}.crt`), key(`${identity}.key`)]);
  await writeFile(path, kubeconfig({ server: apiServer, user: identity, ca, certificate, key: secret }), {
    mode: 0o600,
  });
  return path;
}

/** All three in base64. */
interface Access {
  server: string;
  user: string;
  ca: string;
  certificate: string;
  key: string;
}

export function kubeconfig(access: Access): string {
  return `apiVersion: v1
kind: Config
current-context: slipway
clusters:
- name: slipway
  cluster:
    server: ${access.server}
    certificate-authority-data: ${access.ca}
contexts:
- name: slipway
  context: { cluster: slipway, user: ${access.user} }
users:
- name: ${access.user}
  user:
    client-certificate-data: ${access.certificate}
    client-key-data: ${access.key}
`;
}
