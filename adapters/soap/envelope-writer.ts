import { ENVELOPES } from './versions.ts'
import type { SoapVersion } from './wsdl/model.ts'

interface Frame {
  readonly start: string
  readonly bare: Buffer
  readonly end: Buffer
}

const FRAMES: Readonly<Record<SoapVersion, Frame>> = { '1.1': frame('1.1'), '1.2': frame('1.2') }

function frame(version: SoapVersion): Frame {
  const start = `<?xml version="1.0" encoding="UTF-8"?><soap:Envelope xmlns:soap="${ENVELOPES[version]}">`
  return { start, bare: Buffer.from(`${start}<soap:Body>`), end: Buffer.from('</soap:Body></soap:Envelope>') }
}

/** An envelope around what stands in Body: one element, well-formed by itself, in UTF-8 without an XML declaration, or nothing. `headers` are blocks as XML. */
export function writeEnvelope(version: SoapVersion, payload: Uint8Array, headers = ''): Buffer {
  const { start, bare, end } = FRAMES[version]
  const before = headers === '' ? bare : Buffer.from(`${start}<soap:Header>${headers}</soap:Header><soap:Body>`)
  return Buffer.concat([before, payload, end], before.length + payload.length + end.length)
}

/** Attributes of a header block that must be understood, in an envelope written here. */
export function mustUnderstand(version: SoapVersion): string {
  return version === '1.1' ? ' soap:mustUnderstand="1"' : ' soap:mustUnderstand="true"'
}
