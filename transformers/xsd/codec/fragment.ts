import { GatewayError } from '../../../gateway/errors.ts'
import type { XmlName } from '../../xml/events.ts'
import { readXml } from '../../xml/reader.ts'
import { kindName } from './faults.ts'
import type { Writing } from './writing.ts'

const ELEMENT = /^<[^?!/]/

/** The name of an element that stands in a body as a text; MAPPING_FAILED where it is not one well-formed element by itself. */
export function fragmentName(writer: Writing, text: unknown): XmlName {
  if (typeof text !== 'string') return writer.refuse(`is ${kindName(text)}; it is the text of one element`)
  if (!ELEMENT.test(text)) return writer.refuse('is not the text of one element: it must begin with its start tag')
  let name: XmlName | undefined
  const open = ({ ns, local }: XmlName): void => {
    name ??= { ns, local }
  }
  try {
    readXml(text, { open, text() {}, close() {} })
  } catch (error) {
    if (!(error instanceof GatewayError)) throw error
    return writer.refuse(`is not a well-formed element: ${error.detail}`)
  }
  return name ?? writer.refuse('holds no element')
}
