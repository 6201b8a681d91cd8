import type { XmlName } from '../../transformers/xml/events.ts'
import { afterElement, afterMisc, type Scope, type StartTag, startTagAt } from './tags.ts'
import { versionOf } from './versions.ts'
import type { SoapVersion } from './wsdl/model.ts'

/** What an envelope carries. */
export interface Cut {
  readonly version: SoapVersion
  /** Of the first element of the body; undefined where the body is empty. */
  readonly root: XmlName | undefined
  /** The content of the body: XML by itself, with the namespaces that the envelope declares; '' where it is empty. */
  readonly payload: string
}

/** Cuts the payload out of an envelope; undefined where the text is none, or does not end as one. `whole`: false for a text whose end is missing. */
export function cutEnvelope(text: string, whole: boolean): Cut | undefined {
  const envelope = startTagAt(text, afterMisc(text, text.charCodeAt(0) === 0xfeff ? 1 : 0), NONE)
  const version = envelope?.local === 'Envelope' && !envelope.empty ? versionOf(envelope.ns) : undefined
  if (!envelope || version === undefined) return undefined
  const body = bodyOf(text, envelope)
  if (!body) return undefined
  const end = body.empty ? body.end : whole ? endOf(text, envelope, body) : text.length
  if (end === undefined) return undefined
  const scope = { ...envelope.declares, ...body.declares }
  const root = body.empty ? undefined : startTagAt(text, afterMisc(text, body.end), scope)
  if (root && root.end <= end) return { version, root, payload: detached(text, root, { end, scope }) }
  return text.slice(body.end, end).trim() === '' ? { version, root: undefined, payload: '' } : undefined
}

const NONE: Scope = {}

function bodyOf(text: string, envelope: StartTag): StartTag | undefined {
  const first = startTagAt(text, afterMisc(text, envelope.end), envelope.declares)
  if (first?.ns !== envelope.ns) return undefined
  if (first.local === 'Body') return first
  const next = first.local === 'Header' ? afterElement(text, first) : undefined
  const body = next === undefined ? undefined : startTagAt(text, afterMisc(text, next), envelope.declares)
  return body?.local === 'Body' && body.ns === envelope.ns ? body : undefined
}

/** Where the body's end tag begins: found from the back, since its content is somebody else's to read. */
function endOf(text: string, envelope: StartTag, body: StartTag): number | undefined {
  const last = endTagBefore(text, envelope.name, text.length)
  return last === undefined ? undefined : endTagBefore(text, body.name, last)
}

function endTagBefore(text: string, name: string, before: number): number | undefined {
  const at = text.lastIndexOf(`</${name}`, before - 1)
  const close = at < 0 ? -1 : text.indexOf('>', at)
  if (close < 0 || text.slice(at + name.length + 2, close).trim() !== '') return undefined
  return afterMisc(text, close + 1) === before ? at : undefined
}

interface Place {
  readonly end: number
  readonly scope: Scope
}

/** With the declarations that it needs of those outside it. */
function detached(text: string, root: StartTag, { end, scope }: Place): string {
  const content = text.slice(root.start, end).trimEnd()
  const added = Object.entries(scope).filter(([prefix, ns]) => !(prefix in root.declares) && isUsed(content, prefix, ns))
  if (added.length === 0) return content
  const at = root.name.length + 1
  return content.slice(0, at) + added.map(declaration).join('') + content.slice(at)
}

// Names in values may use a prefix as well: any place that looks like one counts.
function isUsed(content: string, prefix: string, ns: string): boolean {
  return prefix === '' ? ns !== '' : content.includes(`${prefix}:`)
}

function declaration([prefix, ns]: readonly [string, string]): string {
  return ` xmlns${prefix === '' ? '' : `:${prefix}`}="${ns.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;')}"`
}
