import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { scratchFolder } from '../runner/scratch.ts';

export interface Identity {
  /** PEM. */
  cert: string;
  key: string;
}

/** A certificate authority for one test run; nothing outside of it trusts it. */
export interface Authority {
  /** PEM file, for NODE_EXTRA_CA_CERTS and SSL_CERT_FILE. */
  caFile: string;
  issue(hosts: string[]): Identity;
}

const openssl = (args: string[]): void => {
  execFileSync('openssl', args, { stdio: ['ignore', 'ignore', 'pipe'] });
};

const NEW_KEY = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];

export function createAuthority(folder = scratchFolder()): Authority {
  const file = (name: string) => join(folder, name);
  const caFile = file('ca.crt');
  const ca = ['-keyout', file('ca.key'), '-out', caFile, '-days', '2', '-subj', '/CN=Slipway test authority'];
  openssl(['req', '-x509', ...NEW_KEY, ...ca, '-addext', 'basicConstraints=critical,CA:TRUE']);
  let issued = 0;
  return {
    caFile,
    issue(hosts) {
      const name = `leaf-${issued++}`;
      const [key, request, cert, extensions] = ['key', 'csr', 'crt', 'ext'].map((end) => file(`${name}.${end}`)) as [
        string,
        string,
        string,
        string,
      ];
      const names = hosts.map((host) => (/^[\d.]+$/.test(host) ? `IP:${host}` : `DNS:${host}`)).join(',');
      writeFileSync(extensions, `subjectAltName=${names}\nextendedKeyUsage=serverAuth\n`);
      openssl(['req', '-new', ...NEW_KEY, '-keyout', key, '-out', request, '-subj', '/CN=Slipway test']);
      const signer = ['-CA', caFile, '-CAkey', file('ca.key'), '-CAcreateserial', '-days', '2'];
      openssl(['x509', '-req', '-in', request, '-out', cert, '-extfile', extensions, ...signer]);
      return { cert: readFileSync(cert, 'utf8'), key: readFileSync(key, 'utf8') };
    },
  };
}
