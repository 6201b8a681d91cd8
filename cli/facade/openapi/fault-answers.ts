import { STATUS_CODES } from 'node:http'
import { sentence } from '../wsdl/words.ts'
import type { Description, Located } from './document.ts'
import { jsonMedia } from './media.ts'
import { createXmlNames, pascal } from './names.ts'
import type { FaultAnswer } from './operation.ts'
import type { Shape } from './shape.ts'
import type { Shapes } from './shapes.ts'

/** Gives the same name to faults of one status and shape, wherever they are declared. */
export type FaultNames = (wanted: string, shape: Shape | undefined, operation: string) => string

/** Names of one service. */
export function createFaultNames(): FaultNames {
  const given = new Map<string, Map<Shape | undefined, string>>()
  const free = createXmlNames()
  return (wanted, shape, operation) => {
    const shapes = given.get(wanted) ?? new Map<Shape | undefined, string>()
    given.set(wanted, shapes)
    const known = shapes.get(shape)
    if (known !== undefined) return known
    const name = free(shapes.size === 0 ? wanted : `${pascal(operation)}${wanted}`)
    shapes.set(shape, name)
    return name
  }
}

interface Making {
  readonly description: Description
  readonly shapes: Shapes
  readonly faultNames: FaultNames
}

/** The 4xx answers of an operation, those of a status before those of any. */
export function faultsOf(operation: Located, name: string, { description, shapes, faultNames }: Making): readonly FaultAnswer[] {
  const responses = description.member(operation, 'responses')
  const codes = Object.keys(responses.value)
  const chosen = [
    ...codes.filter(code => /^4\d\d$/.test(code)).sort(),
    ...['4XX', 'default'].filter(code => codes.includes(code)).slice(0, 1),
  ]
  return chosen.map(code => {
    const response = description.follow(description.member(responses, code))
    const media = jsonMedia(response, description)
    const found = media && shapes.of(media.schema).shape
    const shape = found?.kind === 'object' ? found : undefined
    const status = /^\d+$/.test(code) ? Number(code) : undefined
    const title = STATUS_CODES[status ?? 0]
    const text =
      sentence(typeof response.value.description === 'string' ? response.value.description : undefined) ?? title ?? 'The service refused it'
    return {
      ...(status !== undefined && { status }),
      name: faultNames(pascal(title?.replaceAll("'", '') ?? 'Refused'), shape, name),
      text,
      ...(shape && { shape }),
      isTold: shape !== undefined,
    }
  })
}
