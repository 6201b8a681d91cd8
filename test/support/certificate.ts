import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A self-signed certificate for 127.0.0.1 and localhost, and its key, as PEM text. */
export function makeCertificate(): { readonly cert: string; readonly key: string } {
  const dir = mkdtempSync(join(tmpdir(), 'waybill-certificate-'))
  try {
    const names = 'subjectAltName=IP:127.0.0.1,DNS:localhost'
    const request = [
      'req',
      '-x509',
      '-newkey',
      'ec',
      '-pkeyopt',
      'ec_paramgen_curve:P-256',
      '-nodes',
      '-days',
      '2',
      '-subj',
      '/CN=localhost',
    ]
    execFileSync('openssl', [...request, '-addext', names, '-keyout', 'key.pem', '-out', 'cert.pem'], { cwd: dir, stdio: 'pipe' })
    return { cert: readFileSync(join(dir, 'cert.pem'), 'utf8'), key: readFileSync(join(dir, 'key.pem'), 'utf8') }
  } finally {
    rmSync(dir, { recursive: true })
  }
}
