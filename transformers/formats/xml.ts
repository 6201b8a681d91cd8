import { resolveOptions } from '../../gateway/options.ts'
import type { Format, FormatContext, FormatKind, Formats } from '../format.ts'
import { createPlainXml } from '../xml/plain.ts'
import { typedFormats } from './typed-xml.ts'
import { xmlOptions } from './xml-options.ts'
import { plainRecords } from './xml-records.ts'
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
    return refuseTyped(options, context) ? undefined : plainFormats(options, context)
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

function plainFormats(options: XmlOptions, context: FormatContext): Formats | undefined {
  const { many, records: path, prefixes, lossy } = options
  const repeating = path === undefined ? many : [...(many ?? []), path, ...(many ?? []).flatMap(one => insideRecord(one, path))]
  const plain = createPlainXml({ ...(repeating && { many: repeating }), ...(prefixes && { prefixes }), ...(lossy && { lossy }) })
  const reply: Format = {
    contentType: 'application/xml',
    takes: isXmlType,
    read: ({ body, contentType }) => plain.read(body, contentType),
    write: body => Buffer.from(plain.write(body)),
  }
  if (path === undefined) return { request: reply, reply }
  const records = plainRecords(plain, { records: path, ...(prefixes && { prefixes }) }, context)
  return records && { request: { ...reply, records }, reply }
}

/** A path that begins with that of the records, as it is in a record by itself. */
function insideRecord(path: string, records: string): readonly string[] {
  return path.startsWith(`${records}/`) ? [path.slice(records.lastIndexOf('/'))] : []
}
