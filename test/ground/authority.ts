import { isIP } from 'node:net'
import 'reflect-metadata'
import * as x509 from '@peculiar/x509'

/** A private key and its certificate, both PEM, as `node:https` and `node:tls` take them. */
export type IssuedCertificate = { readonly key: string; readonly cert: string }

/** What a certificate shall say. */
export type CertificateWish = {
  /** Names and addresses it is for: `hooks.example`, `*.hooks.example`, `127.0.0.1`. */
  hosts: readonly string[]
  /** Default: an hour ago. */
  notBefore?: Date
  /** Default: in a day. */
  notAfter?: Date
  /** Signed by its own key and by no authority. */
  selfSigned?: boolean
}

/** A certificate authority of the tests' own. */
export type Authority = {
  /** Its certificate, PEM: whoever trusts this trusts what it issues. */
  readonly pem: string
  issue(wish: CertificateWish): Promise<IssuedCertificate>
}

const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const
const hourMs = 3_600_000

/** Makes an authority with a fresh key. It takes a few milliseconds; one per test file is plenty. */
export const createAuthority = async (name = 'Imagehooks test authority'): Promise<Authority> => {
  const keys = await crypto.subtle.generateKey(algorithm, true, ['sign', 'verify'])
  const own = await x509.X509CertificateGenerator.createSelfSigned({
    name: `CN=${name}`,
    keys,
    notBefore: new Date(Date.now() - hourMs),
    notAfter: new Date(Date.now() + 24 * hourMs),
    signingAlgorithm: algorithm,
    extensions: [
      new x509.BasicConstraintsExtension(true, undefined, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
    ],
  })
  return {
    pem: own.toString('pem'),
    async issue({ hosts, selfSigned = false, ...dates }) {
      const leaf = await crypto.subtle.generateKey(algorithm, true, ['sign', 'verify'])
      const subject = `CN=${hosts[0] ?? 'nobody'}`
      const certificate = await x509.X509CertificateGenerator.create({
        subject,
        issuer: selfSigned ? subject : own.subject,
        publicKey: leaf.publicKey,
        signingKey: selfSigned ? leaf.privateKey : keys.privateKey,
        notBefore: dates.notBefore ?? new Date(Date.now() - hourMs),
        notAfter: dates.notAfter ?? new Date(Date.now() + 24 * hourMs),
        signingAlgorithm: algorithm,
        extensions: [
          new x509.SubjectAlternativeNameExtension(
            hosts.map((value) => ({ type: isIP(value) === 0 ? 'dns' : 'ip', value }) as const),
          ),
        ],
      })
      const key = await crypto.subtle.exportKey('pkcs8', leaf.privateKey)
      return { key: x509.PemConverter.encode(key, 'PRIVATE KEY'), cert: certificate.toString('pem') }
    },
  }
}
