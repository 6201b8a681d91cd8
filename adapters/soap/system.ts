import type { Answer } from '../../gateway/message.ts'
import { decodeXml } from '../../transformers/xml/decode.ts'
import type { Adapter } from '../adapter.ts'
import { answerFault } from '../rest/settlement.ts'
import { settledAnswer } from './answer.ts'
import { cutEnvelope } from './answer-envelope.ts'
import { operationsOf } from './described.ts'
import { answerContext, createSoapOutbound } from './outbound.ts'
import { layOperation, type SoapSystem, soapAuthOptions, soapOperationOptions, soapSystemOptions } from './system-options.ts'
import { afterMisc } from './tags.ts'
import { type SoapPlace, soapTarget } from './target.ts'
import { targetFormats } from './target-formats.ts'

/** SOAP systems: by their WSDL, or any envelope to an address. */
export const soapSystem: NonNullable<Adapter['system']> = {
  options: soapSystemOptions,
  operationOptions: soapOperationOptions,
  authOptions: soapAuthOptions,
  lay: layOperation,
  params: () => [],
  operations: (options, place) => operationsOf(options as SoapSystem, place),
  formats: targetFormats,
  sampled,
  createOutbound: createSoapOutbound,
}

/** A sample may be a whole envelope, or the payload alone. */
function sampled(answer: Answer, { name, options }: { readonly name: string; readonly options: unknown }, place: SoapPlace): Answer {
  const system = options as SoapSystem
  const target = soapTarget(system, place)
  if (!target || !/xml/.test(answer.contentType)) return bare(answer, name)
  const text = decodeXml(answer.body)
  if (cutEnvelope(text, true)) return settledAnswer({ answer, whole: true }, answerContext(name, system, target))
  return bare({ ...answer, body: Buffer.from(text.slice(afterMisc(text, 0))) }, name)
}

function bare(answer: Answer, name: string): Answer {
  if (answer.status >= 300) throw answerFault(answer, name)
  return answer
}
