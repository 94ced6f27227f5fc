import { X509Certificate } from 'node:crypto';
import type { Certificate } from '../ports.ts';

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
