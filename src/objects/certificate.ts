import { X509Certificate } from 'node:crypto';

/** What decides about a certificate. */
export interface Certificate {
  /** DNS names of the certificate, in lower case. */
  names: readonly string[];
  /** RFC 3339. */
  validFrom: string;
  validTo: string;
}

/** The first certificate of a PEM text; undefined if it holds none. */
export function certificateIn(pem: string): Certificate | undefined {
  try {
    const { subjectAltName = '', validFrom, validTo } = new X509Certificate(pem);
    const names = [...subjectAltName.matchAll(/DNS:([^,\s"]{1,253})/g)].map(([, name = '']) => name.toLowerCase());
    return { names, validFrom: new Date(validFrom).toISOString(), validTo: new Date(validTo).toISOString() };
  } catch {
    return undefined;
  }
}
