import { createElementCodec } from '../../transformers/xsd/codec/codec.ts'
import type { ElementDeclaration } from '../../transformers/xsd/model.ts'
import type { Codecs, ElementCodec } from './message-codec.ts'
import type { Wsdl } from './wsdl/model.ts'

/** Codecs of the elements that a WSDL's schemas declare, or its parts; each made when it is first asked for. */
export function createWsdlCodecs({ schemas }: Wsdl): Codecs {
  const made = new Map<ElementDeclaration, ElementCodec>()
  return element => {
    const known = made.get(element)
    if (known) return known
    const typed = createElementCodec(schemas, element)
    const codec = {
      reader: typed.reader,
      write: typed.writeText,
      // Made where somebody asks: most elements are never mapped.
      get schema() {
        return typed.schema
      },
    }
    made.set(element, codec)
    return codec
  }
}
