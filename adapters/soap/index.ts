import type { Adapter } from '../adapter.ts'
import { createSoapInbound } from './inbound.ts'
import { sourceFormats } from './source-formats.ts'
import { describeSoapSource, soapSourceKeys, soapSourceOptions } from './source-options.ts'
import { soapSystem } from './system.ts'

/** SOAP 1.1 and 1.2: sources at paths of listen.http, systems by WSDL or address. */
export const soap: Adapter = {
  name: 'soap',
  source: {
    options: soapSourceOptions,
    keys: soapSourceKeys,
    describe: describeSoapSource,
    formats: sourceFormats,
    createInbound: createSoapInbound,
  },
  system: soapSystem,
}
