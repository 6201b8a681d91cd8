import { jsonata } from './jsonata.ts'
import { map } from './map.ts'
import { set } from './set.ts'
import type { TransformerKind } from './transformer.ts'
import { validate } from './validate.ts'
import { xslt } from './xslt.ts'

/** All kinds of transformers, by the key that names them in YAML. */
export const transformers: Readonly<Record<string, TransformerKind>> = {
  map,
  validate,
  set,
  jsonata,
  xslt,
}
