import { ENVELOPES } from './versions.ts'
import type { SoapVersion } from './wsdl/model.ts'

/** The header block that names the envelopes which are understood (SOAP 1.2 part 1, 5.4.7). */
export function upgradeHeader(supported: readonly SoapVersion[]): string {
  const list = supported.map(
    (version, index) => `<e:SupportedEnvelope qname="v${index}:Envelope" xmlns:v${index}="${ENVELOPES[version]}"/>`,
  )
  return `<e:Upgrade xmlns:e="${ENVELOPES['1.2']}">${list.join('')}</e:Upgrade>`
}
