import { GatewayError } from '../../../gateway/errors.ts'
import { createXmlWriter } from '../../xml/writer.ts'
import type { ElementPlan } from './plan.ts'
import type { Writing } from './writing.ts'

/** Writes an element of xs:anyType from behind its name on. */
export function writeAnyType(writer: Writing, { tag }: ElementPlan, value: unknown): void {
  const text = plainText(writer, value)
  const content = text.slice(START.length)
  writer.text += content.endsWith(END) ? `${content.slice(0, -END.length)}</${tag}>` : content
}

const START = '<x'
const END = '</x>'

function plainText(writer: Writing, value: unknown): string {
  const xml = createXmlWriter()
  try {
    writer.compiler.plain.writeInto(xml, { x: value })
    return xml.result()
  } catch (error) {
    if (error instanceof GatewayError) return writer.refuse(error.detail)
    throw error
  }
}
