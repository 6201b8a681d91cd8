import { resolveOptions } from '../../gateway/options.ts'
import type { Format, FormatContext, FormatKind, Formats } from '../format.ts'
import { createPlainXml } from '../xml/plain.ts'
import { typedFormats } from './typed-xml.ts'
import { xmlOptions } from './xml-options.ts'
import { isXmlType } from './xml-type.ts'

export { xmlOptions } from './xml-options.ts'

/** `format: xml`. */
export const xml: FormatKind = {
  name: 'xml',
  options: xmlOptions,
  create(value, context) {
    const options = resolveOptions(xmlOptions, value)
    const schema = schemaOf(options.schema, context)
    if (schema) return typedFormats(schema, options, context)
    return refuseTyped(options, context) ? undefined : plainFormats(options)
  },
}

type XmlOptions = ReturnType<typeof resolveOptions<typeof xmlOptions>>

function schemaOf(own: string | undefined, { schema, path }: FormatContext): FormatContext['schema'] {
  if (own !== undefined) return { file: own, path: [...path, 'schema'] }
  return schema && /\.xsd$/i.test(schema.file) ? schema : undefined
}

/** True where there are options that need a schema, which is then a fault. */
function refuseTyped({ element, reply }: XmlOptions, { project, path }: FormatContext): boolean {
  for (const [name, given] of Object.entries({ element, reply })) {
    if (given !== undefined)
      project.faults.add('CONFLICT', [...path, name], `"${name}" names an element of an XML Schema, and there is none`, {
        mend: 'Add `schema: FILE.xsd`, or remove it.',
      })
  }
  return element !== undefined || reply !== undefined
}

function plainFormats({ many, prefixes, lossy }: XmlOptions): Formats {
  const plain = createPlainXml({ ...(many && { many }), ...(prefixes && { prefixes }), ...(lossy && { lossy }) })
  const format: Format = {
    contentType: 'application/xml',
    takes: isXmlType,
    read: ({ body, contentType }) => plain.read(body, contentType),
    write: body => Buffer.from(plain.write(body)),
  }
  return { request: format, reply: format }
}
