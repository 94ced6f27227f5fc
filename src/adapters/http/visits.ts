import { lookup } from 'node:dns/promises';
import { connect } from 'node:tls';
import { EnvironmentError, messageOf } from '../../errors.ts';
import { certificateIn } from '../../objects/certificate.ts';
import type { ShownCertificate, Visits } from '../../ports.ts';

/** Milliseconds for a handshake. */
const TIMEOUT_MS = 5_000;

/** Names and certificates, as programs on this machine find them. */
export const visits: Visits = { addresses, certificate };

async function addresses(host: string): Promise<string[]> {
  try {
    return (await lookup(host, { all: true })).map(({ address }) => address);
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    if (code === 'ENOTFOUND' || code === 'ENODATA') return [];
    throw new EnvironmentError(`the name server does not answer for ${host}: ${messageOf(cause)}`, { cause });
  }
}

/** Shakes hands, and sends nothing. */
function certificate(host: string, address: string, port: number): Promise<ShownCertificate> {
  const at = `${address} port ${port}`;
  return new Promise((resolve, reject) => {
    const failed = (why: string) => reject(new EnvironmentError(`no TLS handshake with ${at}: ${why}`));
    // Certificates that nobody trusts are read, too: the report says what is wrong with them.
    const socket = connect({ host: address, port, servername: host, rejectUnauthorized: false, timeout: TIMEOUT_MS });
    socket.once('secureConnect', () => {
      const shown = socket.getPeerX509Certificate();
      const { authorized, authorizationError } = socket;
      const isName = String(authorizationError) === 'ERR_TLS_CERT_ALTNAME_INVALID';
      const untrusted = authorized || isName ? undefined : String(authorizationError);
      resolve({ certificate: shown && certificateIn(shown.toString()), untrusted });
      socket.destroy();
    });
    socket.once('timeout', () => {
      socket.destroy();
      failed(`no answer within ${TIMEOUT_MS / 1000} s`);
    });
    socket.once('error', (error) => failed(messageOf(error)));
  });
}
