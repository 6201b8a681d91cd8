import { withDocument, type XmlBytes } from '../libxml2/document.ts'
import { type Library, libxml2, readError, takeText } from '../libxml2/library.ts'
import type { XsdSchema } from './xsd-schema.ts'

/** What libxml2 finds wrong with a document. */
export interface Invalid {
  readonly count: number
  /** At most 50. */
  readonly found: readonly Found[]
}

export interface Found {
  readonly message: string
  readonly line: number
  /** libxml2's path to the element or attribute; '' for none. */
  readonly path: string
}

const MAX_PLACES = 50

/** Undefined where the document fits the schema; throws as parseDocument does. */
export function checkDocument(schema: XsdSchema, source: XmlBytes): Invalid | undefined {
  return withDocument(source, document => check(libxml2(), schema, document))
}

function check(library: Library, { address }: XsdSchema, document: number): Invalid | undefined {
  const context = library._xmlSchemaNewValidCtxt(address)
  const errors = collecting(library)
  try {
    library._xmlSchemaSetValidStructuredErrors(context, errors.callback, 0)
    const result = library._xmlSchemaValidateDoc(context, document)
    const invalid = errors.take()
    if (result < 0) throw new Error('libxml2 could not validate the document')
    return result > 0 ? invalid : undefined
  } finally {
    library._xmlSchemaFreeValidCtxt(context)
  }
}

interface Collecting {
  /** Its address in the library. */
  readonly callback: number
  take(): Invalid
}

let collector: Collecting | undefined

/** One for the thread: what it is given is taken before the next validation. The path of an element is looked for among all beside it, so that a hundred thousand of them would take hours. */
function collecting(library: Library): Collecting {
  if (collector) return collector
  let found: Found[] = []
  let count = 0
  const callback = library.addFunction((_: number, error: number) => {
    if (++count > MAX_PLACES) return
    const { message, line, node } = readError(library, error)
    found.push({ message, line, path: node === 0 ? '' : takeText(library, library._xmlGetNodePath(node)) })
  }, 'vii')
  collector = {
    callback,
    take() {
      const taken = { count, found }
      if (count > 0) found = []
      count = 0
      return taken
    },
  }
  return collector
}
