import { isFields, listOf } from '../../../config/value.ts'
import { createNames, kebab, sentence } from '../wsdl/words.ts'
import type { Description, Located } from './document.ts'
import { type FaultNames, faultsOf } from './fault-answers.ts'
import { jsonMedia } from './media.ts'
import { createXmlNames, pascal, xmlName } from './names.ts'
import { BODY, type Body, type Method, type Operation, type Result } from './operation.ts'
import { parametersOf } from './parameters.ts'
import type { Shapes } from './shapes.ts'

const METHODS: readonly Method[] = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE']
const OTHERS = ['head', 'options', 'trace'] as const

/** What operations are made with. */
export interface Making {
  readonly description: Description
  readonly shapes: Shapes
  readonly faultNames: FaultNames
  note(text: string): void
}

/** The operations that a REST system of the config can carry, in the order of the description. */
export function operationsOf(making: Making): readonly Operation[] {
  const { description, note } = making
  const paths = description.member(description.root, 'paths')
  const naming = { xml: createXmlNames(), label: createNames() }
  if (description.root.value.webhooks !== undefined)
    note(`${description.root.at}/webhooks: left out, since there the service is the caller; give each a route with \`from: { rest: ... }\``)
  const operations = Object.keys(paths.value).flatMap(path => {
    const item = description.follow(description.member(paths, path))
    for (const other of OTHERS) if (other in item.value) note(`${item.at}/${other}: SOAP has no use for it; it is left out`)
    return METHODS.flatMap(method => {
      const name = method.toLowerCase()
      if (!(name in item.value)) return []
      const operation = operationOf({ item, path, method }, making)
      if (!operation) return []
      return [{ ...operation, name: naming.xml(operation.name), label: naming.label(kebab(operation.name, 'operation')) }]
    })
  })
  return withDetails(operations)
}

/** A refusal that says nothing has the detail of one of the same status that does; all of a detail is optional. */
function withDetails(operations: readonly Operation[]): readonly Operation[] {
  const told = operations.flatMap(({ faults }) => faults).filter(({ shape }) => shape)
  return operations.map(operation => ({
    ...operation,
    faults: operation.faults.map(fault => {
      const { shape, name } = fault.shape ? fault : (told.find(({ status }) => status === fault.status) ?? fault)
      return { ...fault, name, ...(shape && { shape }), isTold: fault.shape !== undefined }
    }),
  }))
}

interface Place {
  readonly item: Located
  readonly path: string
  readonly method: Method
}

function operationOf({ item, path, method }: Place, making: Making): Operation | undefined {
  const { description, note } = making
  // Not in the standard, and seen a lot: the operation in a file of its own.
  const operation = description.follow(description.member(item, method.toLowerCase()))
  const { operationId, summary, description: text } = operation.value
  const name = xmlName(String(operationId ?? ''), '') || method.toLowerCase() + pascal(path)
  if (/\}\w/.test(path))
    return void note(`${operation.at}: left out, since a letter follows a parameter in its path; call it by a route of your own`)
  if (operation.value.callbacks !== undefined)
    note(`${operation.at}/callbacks: left out, since there the service is the caller; give each a route with \`from: { rest: ... }\``)
  const body = bodyOf(operation, method, making)
  const answer = answerOf(operation, making)
  if (body === 'other' || !answer) {
    note(`${operation.at}: left out, since ${body === 'other' ? 'its body' : 'its answer'} is no JSON; call it by a route of your own`)
    return undefined
  }
  const said = sentence(typeof summary === 'string' ? summary : typeof text === 'string' ? text : undefined)
  const names = createXmlNames()
  names(BODY)
  return {
    name,
    label: '',
    at: operation.at,
    method,
    path: path.replaceAll(':', '%3A').replaceAll(/\{([^}]+)\}/g, (_, parameter: string) => `:${pathName(parameter)}`),
    ...(said !== undefined && { summary: said }),
    parameters: parametersOf({ item, operation, path }, { ...making, names }),
    ...(body && { body }),
    ...answer,
    faults: faultsOf(operation, name, making),
  }
}

/** A parameter's name as paths of the config have it. */
export function pathName(name: string): string {
  return xmlName(name, 'parameter').replaceAll(/[^A-Za-z0-9_]/g, '_')
}

function bodyOf(operation: Located, method: Method, { description, shapes, note }: Making): Body | 'other' | undefined {
  if (operation.value.requestBody === undefined) return undefined
  const body = description.follow(description.member(operation, 'requestBody'))
  if (method === 'GET') return void note(`${body.at}: the body of a GET is not sent`)
  const media = jsonMedia(body, description)
  if (!media) return 'other'
  const { type, schema } = media
  return { ...shapes.of(schema), schema, contentType: type, required: body.value.required === true }
}

/** The answer of a call that went well; undefined where it is no JSON. */
function answerOf(
  operation: Located,
  { description, shapes, note }: Making,
): { readonly result?: Result; readonly status: number } | undefined {
  const responses = description.member(operation, 'responses')
  const codes = Object.keys(responses.value)
    .filter(code => /^2(\d\d|XX)$/.test(code))
    .sort()
  const found = codes.map(code => ({ code, response: description.follow(description.member(responses, code)) }))
  const withContent = found.filter(({ response }) => isFields(response.value.content) && Object.keys(response.value.content).length > 0)
  const [chosen = found[0], ...others] = withContent
  if (!chosen) return { status: 200 }
  for (const { code } of others) note(`${responses.at}/${code}: the answer is read as that of ${chosen.code}`)
  const status = /^\d+$/.test(chosen.code) ? Number(chosen.code) : 200
  if (withContent.length === 0) return { status }
  const media = jsonMedia(chosen.response, description)
  if (!media) return undefined
  const { schema } = media
  return { status, result: { ...shapes.of(schema), schema, required: listOf(found).length === 1 } }
}
