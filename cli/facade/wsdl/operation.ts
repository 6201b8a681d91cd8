import { targetFormats } from '../../../adapters/soap/target-formats.ts'
import type { Wsdl, WsdlFault, WsdlMessage, WsdlOperation, WsdlPort } from '../../../adapters/soap/wsdl/model.ts'
import type { Project } from '../../../config/project.ts'
import type { Formats } from '../../../transformers/format.ts'
import { escapeAttribute } from '../../../transformers/xml/escape.ts'
import { createElementCodec } from '../../../transformers/xsd/codec/codec.ts'
import type { Endpoint } from './endpoint.ts'
import { elementsOf, messageSchema } from './message-schema.ts'
import { type PlainValue, plainValues } from './plain.ts'
import { sampleElement } from './sample-element.ts'
import { sampleXml } from './sample-xml.ts'
import { readSample, type Sample, type Side, sentOf, sideOf } from './side.ts'

/** An operation of the service, and all that its part of the project is made of. */
export interface Operation {
  readonly described: WsdlOperation
  /** Of the route, and of the files. */
  readonly name: string
  /** The system that has it. */
  readonly system: string
  readonly endpoint: Endpoint
  /** The request's values, where they stand in path and query. */
  readonly plain: readonly PlainValue[] | undefined
  readonly request: Side
  readonly requestSample: Sample | undefined
  /** Absent: one-way. */
  readonly answer: Side | undefined
  readonly answerSample: Sample | undefined
  readonly faults: readonly Fault[]
  readonly formats: Formats
}

export interface Fault {
  readonly described: WsdlFault
  readonly side: Side
  readonly sample: Sample | undefined
}

/** What is known of an operation before it has its names. */
export type Unnamed = Omit<Operation, 'name' | 'system' | 'endpoint' | 'plain'> & { readonly values: readonly PlainValue[] | undefined }

/** Reads an operation of a port; undefined where its messages cannot be written, which is then among the project's faults. */
export function readOperation(project: Project, wsdl: Wsdl, port: WsdlPort, described: WsdlOperation): Unnamed | undefined {
  const options = { wsdl: wsdl.file, port: port.name, operation: described.name, url: 'http://127.0.0.1/' }
  const formats = targetFormats(options, { project, path: [] })
  if (!formats) return undefined
  const { input, output } = described
  const request = sideOf(messageSchema(wsdl.schemas, described, input), nameOf(described, input), 'request')
  return {
    described,
    formats,
    request,
    requestSample: sendable(sampled(wsdl, described, input, formats.request), formats.request),
    answer: output && sideOf(messageSchema(wsdl.schemas, described, output), nameOf(described, output), 'answer'),
    answerSample: output && sampled(wsdl, described, output, formats.reply),
    faults: described.faults.map(fault => faultOf(wsdl, fault, formats)),
    values: plainValues(request),
  }
}

function nameOf(described: WsdlOperation, message: WsdlMessage): string {
  return elementsOf(described, message)[0]?.name.local ?? described.name
}

function faultOf({ schemas }: Wsdl, fault: WsdlFault, formats: Formats): Fault {
  const element = sampleElement(schemas, fault.element)
  const format = formats.fault?.(fault.name)
  const side = sideOf(createElementCodec(schemas, fault.element).schema, 'value', 'answer')
  return { described: fault, side, sample: element && format && readSample(sampleXml(element), format) }
}

function sampled({ schemas }: Wsdl, described: WsdlOperation, message: WsdlMessage, format: Formats['request']): Sample | undefined {
  const elements = elementsOf(described, message).map(element => sampleElement(schemas, element))
  const made = elements.filter(element => element !== undefined)
  if (made.length < elements.length) return undefined
  if (described.style === 'document') {
    const [payload] = made
    return payload ? readSample(sampleXml(payload), format) : { xml: '', body: {} }
  }
  const { namespace: ns, wrapper: local } = message
  const literal = readSample(rpcXml({ ns, local }, made.map(sampleXml)), format)
  // What is encoded tells its types: the format writes them.
  if (!literal || described.use === 'literal') return literal
  return { ...literal, xml: `${Buffer.from(format.write(literal.body)).toString()}\n` }
}

/** A sample that the format can write, with what is read of that; an empty Body is read by nobody. */
function sendable(sample: Sample | undefined, format: Formats['request']): Sample | undefined {
  if (!sample || sample.xml === '') return sample
  const sent = sentOf(sample, format)
  return sent && { ...sample, sent: sent.body }
}

function rpcXml({ ns, local }: { readonly ns: string; readonly local: string }, parts: readonly string[]): string {
  const [open, close] = ns === '' ? [local, local] : [`m:${local} xmlns:m="${escapeAttribute(ns)}"`, `m:${local}`]
  return `<${open}>\n${parts.join('').replaceAll(/^(?=<| )/gm, '  ')}</${close}>\n`
}
