import { suggestion } from '../config/faults.ts'
import type { OptionSchema } from '../gateway/options.ts'
import { compileMapping, explainMapping } from './map/mapping.ts'
import type { TransformerKind } from './transformer.ts'

export { compileMapping, type Explained, explainMapping, type Mapping } from './map/mapping.ts'
export { mappingOptions, ruleOptions } from './map/options.ts'

/** Options of `map`: the mapping's name. */
export const mapOptions = {
  type: 'string',
  minLength: 1,
  description:
    'Makes a new body by the rules of a mapping, which is named here. A body for which a rule fails is answered with 422 MAPPING_FAILED and every such rule.',
  example: 'shop-order-to-order',
} as const satisfies OptionSchema

/** Makes a new body by the rules of a mapping. */
export const map: TransformerKind = {
  name: 'map',
  options: mapOptions,
  create(value, { project, path, input }) {
    const name = String(value)
    if (!Object.hasOwn(project.mappings, name)) {
      return void project.faults.add('UNKNOWN_NAME', path, `unknown mapping "${name}"${suggestion(name, Object.keys(project.mappings))}`)
    }
    const mapping = compileMapping(project, name, input)
    if (!mapping) return undefined
    return {
      ...(mapping.output && { output: mapping.output }),
      transform: content => ({ ...content, body: mapping.apply(content), contentType: 'application/json' }),
      explain: content => explainMapping(mapping, content),
    }
  },
}
