import { fieldsOf, listOf } from '../../../config/value.ts'
import { BODY, type Operation, type Parameter } from './operation.ts'
import { pathName } from './operations.ts'
import type { Refusal } from './refusals.ts'
import { access, objectRules, type Rules } from './rules.ts'
import type { Service } from './service.ts'
import { isSame } from './shape.ts'

const LOCAL = 'http://127.0.0.1:9001'

/** The REST system: where it is, how it is authenticated to, its operations and its stand-in. */
export function systemFile(service: Service, refusals: readonly Refusal[]): unknown {
  const { description, label, operations } = service
  const { info } = description.root.value
  const variable = label.toUpperCase().replaceAll('-', '_')
  return {
    description: `${String(fieldsOf(info).title ?? label)}, by REST`,
    rest: { url: `\${env:${variable}_URL:-${addressOf(service)}}`, timeout: '20s' },
    ...authOf(service, variable),
    operations: Object.fromEntries(operations.map(operation => [operation.label, operationOf(operation, service)])),
    standIn: [...refusals.map(refusalRule), ...operations.map(answerRule)],
  }
}

function addressOf({ description, note }: Service): string {
  const [server] = listOf(description.root.value.servers)
  const { url, variables } = fieldsOf(server)
  const filled = String(url ?? '').replaceAll(/\{([^}]+)\}/g, (_, name: string) =>
    String(fieldsOf(fieldsOf(variables)[name]).default ?? name),
  )
  if (/^https?:\/\//.test(filled)) return filled.replace(/\/$/, '')
  note(`${description.root.at}/servers: no absolute address; ${LOCAL}${filled} is taken, which the environment can change`)
  return LOCAL + filled.replace(/\/$/, '')
}

function authOf({ description, note }: Service, variable: string): Readonly<Record<string, unknown>> {
  const schemes = description.member(description.member(description.root, 'components'), 'securitySchemes')
  const [wanted] = listOf(description.root.value.security).flatMap(one => Object.keys(fieldsOf(one)))
  const [name, ...others] = Object.keys(schemes.value).sort((a, b) => Number(b === wanted) - Number(a === wanted))
  if (name === undefined) return {}
  for (const other of others) note(`${schemes.at}/${other}: not used, since a system has one kind of credentials`)
  const { value, at } = description.follow(description.member(schemes, name))
  const secret = (what: string) => `\${env:${variable}_${what}:-unset}`
  if (value.type === 'http' && value.scheme === 'basic')
    return { auth: { basic: { username: secret('USERNAME'), password: secret('PASSWORD') } } }
  if (value.type === 'apiKey' && value.in === 'header') return { auth: { apiKey: { header: String(value.name), value: secret('KEY') } } }
  if (value.type === 'http' || value.type === 'oauth2' || value.type === 'openIdConnect') {
    if (value.type !== 'http') note(`${at}: the token is not fetched; put one into ${variable}_TOKEN`)
    return { auth: { bearer: secret('TOKEN') } }
  }
  note(`${at}: credentials of this kind are not carried; put them into headers of the system`)
  return {}
}

function operationOf(operation: Operation, service: Service): unknown {
  const { parameters, body } = operation
  const inPlace = (place: Parameter['in']) => parameters.filter(parameter => parameter.in === place)
  const path = Object.fromEntries(inPlace('path').map(one => [pathName(one.name), expressionOf(one)]))
  const query = Object.fromEntries(inPlace('query').map(one => [one.name, expressionOf(one)]))
  const headers = Object.fromEntries(inPlace('header').map(one => [one.name.toLowerCase(), expressionOf(one)]))
  const steps = [...(Object.keys(headers).length > 0 ? [{ set: { headers } }] : []), ...(body ? [bodyStep(operation, service)] : [])]
  return {
    ...(operation.summary !== undefined && { description: operation.summary }),
    rest: restOf(operation),
    ...(Object.keys(path).length > 0 && { path }),
    ...(Object.keys(query).length > 0 && { query }),
    ...(steps.length > 0 && { transform: steps }),
  }
}

function restOf({ method, path, body }: Operation): unknown {
  if (!body && method !== 'GET') return { method, path, body: 'none' }
  if (body && body.contentType !== 'application/json') return { method, path, headers: { 'content-type': body.contentType } }
  return `${method} ${path}`
}

function expressionOf({ xml, shape, separator }: Parameter): string {
  const value = access('body', xml)
  if (shape.kind !== 'list')
    return separator === undefined && shape.kind === 'scalar' && typeof shape.sample !== 'string' ? `text(${value})` : value
  const texts = shape.items.kind === 'scalar' && typeof shape.items.sample === 'string' ? value : `${value}.map(one, text(one))`
  return separator === undefined ? texts : `join(${texts}, ${JSON.stringify(separator)})`
}

/** A mapping makes objects; a body that is none is taken out of the request as it is. */
function bodyStep(operation: Operation, { note }: Service): unknown {
  const { body, label, at } = operation
  const shape = body?.shape
  if (!shape || shape.kind === 'object')
    return Object.keys(requestRules(operation, note) ?? {}).length > 0 ? { map: `${label}-request` } : { jsonata: '{}' }
  const names = isSame(shape) ? '' : '; what has another name in XML keeps that one, so write it there'
  note(`${at}: its body is no object, and is taken by jsonata, where numbers are doubles${names}`)
  if (shape.kind === 'list') return { jsonata: `[${BODY}]` }
  return { jsonata: shape.kind === 'choice' ? `${BODY}.*` : BODY }
}

/** The rules of an operation's request, where it has an object for a body. */
export function requestRules({ body }: Operation, note: (text: string) => void): Rules | undefined {
  if (body?.shape.kind !== 'object') return undefined
  return objectRules(body.shape, access('body', BODY), { way: 'to-json', note })
}

function refusalRule({ operation, trigger, status, file }: Refusal): unknown {
  return { when: `meta.operation == "${operation.label}" && ${trigger.when}`, status, ...(file && { answer: file.path }) }
}

function answerRule({ label, status, result }: Operation): unknown {
  return { when: `meta.operation == "${label}"`, status, ...(result && { answer: `samples/${label}.json` }) }
}
