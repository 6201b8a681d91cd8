import { asGatewayError, GatewayError } from '../../gateway/errors.ts'
import type { Headers } from '../../gateway/message.ts'
import { parseJson, writeAsciiJson } from '../../transformers/json/codec.ts'
import { clark } from '../../transformers/xml/events.ts'
import { readXml } from '../../transformers/xml/reader.ts'
import type { ElementDeclaration } from '../../transformers/xsd/model.ts'
import { type Element, elementsOf, elementXml, escapeAttribute, escapeText, textOf } from './element.ts'
import type { HeaderBlock } from './headers.ts'
import { type Codecs, elementOf } from './message-codec.ts'
import { versionOf } from './versions.ts'
import type { WsdlPart } from './wsdl/model.ts'

/** The header blocks that one message declares, as headers: by local name, a plain text as it is, one with structure as JSON of its value. */
export interface HeaderTexts {
  /** Of those that are declared, and of all that are plain texts. `unfit` gets what does not fit its type, and may throw. */
  read(blocks: readonly HeaderBlock[], unfit: (error: GatewayError) => void): Record<string, string>
  /** Those whose values the headers have, as XML; throws MAPPING_FAILED where one has no form. */
  write(headers: Headers): string
  /** Of the headers that become blocks, as declared and in lower case. */
  readonly names: readonly string[]
}

/** Their codecs are made when they are first asked for. */
export function createHeaderTexts(parts: readonly WsdlPart[], codecs: Codecs): HeaderTexts {
  const elements = parts.map(elementOf)
  const structured = new Map(elements.filter(element => !isText(element)).map(element => [clark(element.name), element]))
  return {
    read(blocks, unfit) {
      const texts: Record<string, string> = Object.create(null)
      for (const { element } of blocks) {
        const declared = structured.get(clark(element))
        const text = declared ? fitting(() => readValue(element, declared, codecs), unfit) : plainText(element)
        if (text !== undefined) texts[element.local] ??= text
      }
      return texts
    },
    write: headers => elements.map(element => writeBlock(element, headers, codecs)).join(''),
    names: elements.flatMap(({ name: { local } }) => [local, local.toLowerCase()]),
  }
}

function isText({ type }: ElementDeclaration): boolean {
  return type.kind === 'simple' || (type.content.kind === 'simple' && type.attributes.length === 0)
}

/** The text of a block without structure; undefined for others. */
export function plainText(element: Element): string | undefined {
  return elementsOf(element).length === 0 ? textOf(element) : undefined
}

function fitting(read: () => string, unfit: (error: GatewayError) => void): string | undefined {
  try {
    return read()
  } catch (error) {
    unfit(asGatewayError(error))
    return undefined
  }
}

function readValue(element: Element, declared: ElementDeclaration, codecs: Codecs): string {
  const reader = codecs(declared).reader()
  // What SOAP says of the block is no part of its value.
  const attributes = element.attributes.filter(({ ns }) => versionOf(ns) === undefined)
  try {
    readXml(elementXml({ ...element, attributes }), reader)
    return writeAsciiJson(reader.result())
  } catch (error) {
    const { detail, extras } = asGatewayError(error)
    throw new GatewayError('SCHEMA_INVALID', `header block ${clark(element).slice(0, 300)}: ${detail}`, { ...extras, cause: error })
  }
}

function writeBlock(element: ElementDeclaration, headers: Headers, codecs: Codecs): string {
  const { ns, local } = element.name
  const value = headers[local] ?? headers[local.toLowerCase()]
  if (value === undefined) return ''
  if (!isText(element)) return writeValue(element, value, codecs)
  const [open, close] = ns === '' ? [local, local] : [`h:${local} xmlns:h="${escapeAttribute(ns)}"`, `h:${local}`]
  return `<${open}>${escapeText(value)}</${close}>`
}

function writeValue(element: ElementDeclaration, json: string, codecs: Codecs): string {
  try {
    return codecs(element).write(parseJson(Buffer.from(json)).value)
  } catch (error) {
    const { detail } = asGatewayError(error)
    const what = `header "${element.name.local}" is no JSON of the header block ${clark(element.name)}: ${detail}`
    throw new GatewayError('MAPPING_FAILED', what, { cause: error })
  }
}
