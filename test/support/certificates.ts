/**
 * Certificates for servers on this machine, valid for a hundred years: `authority.crt` signed `server` (127.0.0.1, localhost,
 * slack.example, model.example) and `other-name`; its key was thrown away. The keys protect nothing.
 */
import { fileURLToPath } from 'node:url';

export const AUTHORITY = certificatePath('authority.crt');

export interface ServerCertificate {
  readonly cert: string;
  readonly key: string;
}

/** Paths of the certificate and of its key. */
export function serverCertificate(name: 'server' | 'self-signed' | 'other-name'): ServerCertificate {
  return { cert: certificatePath(`${name}.crt`), key: certificatePath(`${name}.key`) };
}

function certificatePath(file: string): string {
  return fileURLToPath(new URL(`certificates/${file}`, import.meta.url));
}
