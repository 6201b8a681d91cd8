import { GatewayError } from '../../gateway/errors.ts'
import { clark, type XmlName } from '../../transformers/xml/events.ts'
import { encodedCodecs, encodedRoot } from './encoded-out.ts'
import { createHeaderTexts, type HeaderTexts } from './header-texts.ts'
import { type Codecs, createMessageCodec, type ElementCodec, type MessageCodec } from './message-codec.ts'
import type { SoapVersion, Wsdl, WsdlMessage, WsdlOperation, WsdlPort } from './wsdl/model.ts'
import { createWsdlCodecs } from './wsdl-codecs.ts'

/** An operation that a path serves. Its codecs are made when they are first asked for: most of a large WSDL is never called. */
export interface SoapOperation {
  readonly described: WsdlOperation
  input(): MessageCodec
  /** Undefined: one-way. */
  output(): MessageCodec | undefined
  fault(name: string): ElementCodec | undefined
  /** Header blocks of the input, and of the output. */
  headers(): HeaderTexts
  replyHeaders(): HeaderTexts
}

/** What tells operations apart. */
export interface Actions {
  /** SOAPAction, or the action of the content type; '' and undefined say nothing. */
  readonly http?: string | undefined
  /** wsa:Action. */
  readonly addressing?: string | undefined
}

/** The operations of a WSDL. */
export interface Operations {
  readonly names: readonly string[]
  get(name: string): SoapOperation | undefined
  /** By the first element of Body; where several take it, by the action. Throws what a sender is told where none or another is meant. */
  find(root: XmlName | undefined, actions: Actions): SoapOperation
  /** `clark` names of the header blocks that some operation declares. */
  readonly headers: ReadonlySet<string>
}

/** The operations of all ports with a SOAP binding; of one that stands in several the first counts. */
export function createOperations(wsdl: Wsdl): Operations {
  const codecs = createWsdlCodecs(wsdl)
  const all = new Map<string, SoapOperation>()
  const byRoot = new Map<string, SoapOperation[]>()
  const byAction = new Map<string, Set<string>>()
  for (const { version, described } of wsdl.ports.flatMap(operationsIn)) {
    for (const action of [described.soapAction, described.action]) if (action !== '') add(byAction, action, described.name)
    if (all.has(described.name)) continue
    const operation = createOperation(described, version, codecs)
    all.set(described.name, operation)
    const root = rootOf(described)
    byRoot.set(root, [...(byRoot.get(root) ?? []), operation])
  }
  const named = (action: string | undefined) => byAction.get(action ?? '')
  return {
    names: [...all.keys()],
    get: name => all.get(name),
    headers: new Set(
      [...all.values()].flatMap(({ described }) =>
        described.input.headers.map(({ element, name }) => (element ? clark(element.name) : name)),
      ),
    ),
    find(root, actions) {
      const found = byRoot.get(root ? clark(root) : '') ?? []
      if (found.length === 0) throw unknown(root, all)
      const meant = named(actions.addressing) ?? named(actions.http)
      const fitting = meant ? found.filter(({ described }) => meant.has(described.name)) : found
      const [first] = fitting
      if (first && fitting.length === 1) return first
      throw fitting.length > 1 ? ambiguous(root, fitting) : contradicted(root, meant ?? new Set())
    },
  }
}

function operationsIn({ version, operations }: WsdlPort): { version: SoapVersion; described: WsdlOperation }[] {
  return [...operations.values()].map(described => ({ version, described }))
}

function add(map: Map<string, Set<string>>, key: string, name: string): void {
  map.set(key, (map.get(key) ?? new Set()).add(name))
}

function createOperation(described: WsdlOperation, version: SoapVersion, codecs: Codecs): SoapOperation {
  const { input, output, faults } = described
  let incoming: MessageCodec | undefined
  let outgoing: MessageCodec | undefined
  let headers: HeaderTexts | undefined
  let replyHeaders: HeaderTexts | undefined
  return {
    described,
    input() {
      incoming ??= createMessageCodec(described, input, codecs)
      return incoming
    },
    output() {
      outgoing ??= output && outputCodec({ described, version, codecs }, output)
      return outgoing
    },
    fault(name) {
      const found = faults.find(fault => fault.name === name)
      return found && codecs(found.element)
    },
    headers() {
      headers ??= createHeaderTexts(input.headers, codecs)
      return headers
    },
    replyHeaders() {
      replyHeaders ??= createHeaderTexts(output?.headers ?? [], codecs)
      return replyHeaders
    },
  }
}

interface Described {
  readonly described: WsdlOperation
  readonly version: SoapVersion
  readonly codecs: Codecs
}

function outputCodec({ described, version, codecs }: Described, output: WsdlMessage): MessageCodec {
  if (described.use === 'literal') return createMessageCodec(described, output, codecs)
  const codec = createMessageCodec(described, output, encodedCodecs(codecs))
  const root = encodedRoot(version)
  return { ...codec, write: body => root(codec.write(body)) }
}

function rootOf({ style, input }: WsdlOperation): string {
  if (style === 'rpc') return clark({ ns: input.namespace, local: input.wrapper })
  const [part] = input.parts
  if (!part) return ''
  return part.element ? clark(part.element.name) : part.name
}

function unknown(root: XmlName | undefined, all: ReadonlyMap<string, SoapOperation>): GatewayError {
  const seen = root ? `no operation takes ${clark(root).slice(0, 300)}` : 'Body is empty, and no operation takes that'
  const known = [...all.values()].map(({ described }) => `${described.name} (${rootOf(described) || 'an empty Body'})`)
  const list = `${known.slice(0, 10).join(', ')}${known.length > 10 ? ', ...' : ''}`
  return new GatewayError('BAD_REQUEST', `${seen}; known: ${list}`)
}

function ambiguous(root: XmlName | undefined, fitting: readonly SoapOperation[]): GatewayError {
  const list = fitting.map(({ described: { name, soapAction } }) => `${name} ("${soapAction}")`).join(', ')
  return new GatewayError(
    'BAD_REQUEST',
    `${root ? clark(root) : 'an empty Body'} is taken by several operations: the action must tell which: ${list}`,
  )
}

function contradicted(root: XmlName | undefined, meant: ReadonlySet<string>): GatewayError {
  const seen = root ? clark(root).slice(0, 300) : 'an empty Body'
  return new GatewayError('BAD_REQUEST', `the action says ${[...meant].join(', ')}, but Body has ${seen}, which is another operation's`)
}
