import { GatewayError } from '../../gateway/errors.ts'
import { clark, type XmlHandler, type XmlPlace, type XmlTag } from '../../transformers/xml/events.ts'
import { readXml, type XmlReaderHandler } from '../../transformers/xml/reader.ts'
import { faultError } from './condition.ts'
import { createElementReader, type ElementReader } from './element.ts'
import { blockOf, type HeaderBlock } from './headers.ts'
import { upgradeHeader } from './upgrade.ts'
import { ENVELOPES, versionOf } from './versions.ts'
import type { SoapVersion } from './wsdl/model.ts'

/** What stands before the body. */
export interface EnvelopeHead {
  readonly version: SoapVersion
  readonly headers: readonly HeaderBlock[]
}

/** Takes an envelope in the order in which it comes. What it throws ends the reading. */
export interface EnvelopeSink {
  /** Where the reading is, for faults. */
  begin?(place: () => XmlPlace): void
  /** The envelope's version is known; the header blocks are not yet. */
  version?(version: SoapVersion): void
  /** All header blocks are known. */
  head(head: EnvelopeHead): void
  /** Reads a child of Body: its `open` comes next, with the same tag. */
  child(tag: XmlTag, index: number): XmlHandler
}

/** Reads a SOAP envelope (1.1, section 4; 1.2 part 1, section 5) in one pass; throws VersionMismatch for another envelope, NOT_READABLE for what is none. */
export function createEnvelopeHandler(sink: EnvelopeSink): XmlReaderHandler & { end(): void } {
  const state: State = { depth: 0, place: 'start', sink, ns: '', headers: [], children: 0, inner: undefined, block: undefined }
  return {
    ...(sink.begin && { begin: sink.begin }),
    open: tag => open(state, tag),
    text(text) {
      if (state.inner) state.inner.text(text)
      else if (isWords(text)) throw misplaced('text', state)
    },
    close: () => close(state),
    comment: text => state.inner?.comment?.(text),
    instruction: (target, data) => state.inner?.instruction?.(target, data),
    end() {
      if (state.place !== 'end') throw new GatewayError('NOT_READABLE', 'the envelope has no Body')
    },
  }
}

/** The header blocks of an envelope; throws as its handler does. */
export function blocksOf(text: string): readonly HeaderBlock[] {
  let headers: readonly HeaderBlock[] = []
  const handler = createEnvelopeHandler({
    head(head) {
      headers = head.headers
    },
    child: () => IGNORED,
  })
  readXml(text, handler)
  return headers
}

const IGNORED: XmlHandler = { open() {}, text() {}, close() {} }

type Place = 'start' | 'envelope' | 'header' | 'body' | 'end'

interface State {
  depth: number
  place: Place
  readonly sink: EnvelopeSink
  ns: string
  readonly headers: HeaderBlock[]
  children: number
  /** Takes what is inside a header block or a child of Body. */
  inner: XmlHandler | undefined
  block: ElementReader | undefined
}

const MAX_BLOCKS = 100

function open(state: State, tag: XmlTag): void {
  state.depth += 1
  if (state.inner) state.inner.open(tag)
  else if (state.depth === 1) openEnvelope(state, tag)
  else if (state.depth === 2) openPart(state, tag)
  else openInner(state, tag)
}

function openInner(state: State, tag: XmlTag): void {
  state.inner = state.place === 'header' ? openBlock(state) : state.sink.child(tag, state.children++)
  state.inner.open(tag)
}

function openEnvelope(state: State, tag: XmlTag): void {
  const version = versionOf(tag.ns)
  if (tag.local !== 'Envelope') throw new GatewayError('NOT_READABLE', `the document is ${clark(tag)}, not a SOAP Envelope`)
  if (!version) throw mismatch(`the envelope's namespace is "${tag.ns.slice(0, 200)}"; allowed: ${Object.values(ENVELOPES).join(', ')}`)
  state.ns = tag.ns
  state.place = 'envelope'
  state.sink.version?.(version)
}

/** The fault for an envelope of a version that is not spoken here. */
export function mismatch(text: string, supported: readonly SoapVersion[] = ['1.2', '1.1']): GatewayError {
  // A 1.1 sender knows no Upgrade; it is told where 1.1 is what is not taken (SOAP 1.2 part 1, A).
  const headers = (version: SoapVersion) => (version === '1.2' || !supported.includes('1.1') ? upgradeHeader(supported) : '')
  return faultError('UNSUPPORTED_TYPE', text, { kind: 'VersionMismatch', ofHeader: true, headers })
}

function openPart(state: State, tag: XmlTag): void {
  if (tag.ns === state.ns && tag.local === 'Header' && state.place === 'envelope') {
    state.place = 'header'
  } else if (tag.ns === state.ns && tag.local === 'Body' && (state.place === 'envelope' || state.place === 'header')) {
    state.place = 'body'
    state.sink.head({ version: versionOf(state.ns) ?? '1.1', headers: state.headers })
  } else throw misplaced(clark(tag), state)
}

function misplaced(what: string, { place }: State): GatewayError {
  const allowed =
    place === 'envelope' ? 'Header, then Body' : place === 'header' ? 'header blocks, then Body' : 'elements of Body, and nothing after it'
  return new GatewayError('NOT_READABLE', `${what} stands where the envelope allows ${allowed}`)
}

function openBlock(state: State): XmlHandler {
  if (state.headers.length >= MAX_BLOCKS) throw new GatewayError('NOT_READABLE', `the envelope has more than ${MAX_BLOCKS} header blocks`)
  state.block = createElementReader()
  return state.block
}

function close(state: State): void {
  state.depth -= 1
  if (!state.inner) {
    if (state.depth === 1 && state.place === 'body') state.place = 'end'
    return
  }
  state.inner.close()
  if (state.depth > 2) return
  if (state.block) state.headers.push(blockOf(state.block.result(), state.ns))
  state.inner = undefined
  state.block = undefined
}

function isWords(text: string): boolean {
  return text.trim() !== ''
}
