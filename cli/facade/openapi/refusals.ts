import { BODY, type FaultAnswer, type Operation } from './operation.ts'
import { pathName } from './operations.ts'
import { access } from './rules.ts'
import { type RequestSample, requestSample, sampleOf } from './samples.ts'
import { isNamable, type Json, type ObjectShape } from './shape.ts'

/** A refusal that the stand-in plays, and the request that meets it. */
export interface Refusal {
  readonly operation: Operation
  readonly fault: FaultAnswer
  readonly status: number
  readonly trigger: Trigger
  /** What REST answers. */
  readonly file?: { readonly path: string; readonly json: Json }
}

interface Trigger {
  /** The condition over what the stand-in gets. */
  readonly when: string
  readonly request: RequestSample
}

/** A refusal for each declared fault for which a value of a request can tell it apart from others. */
export function refusalsOf(operation: Operation): readonly Refusal[] {
  const triggers = triggersOf(operation)
  return operation.faults.flatMap((fault, index): Refusal[] => {
    const trigger = triggers[index]
    if (!trigger) return []
    const { status = freeStatus(operation), shape, isTold } = fault
    const json = isTold && shape && sampleOf(shape, 'answer').json
    const file = json === undefined || json === false ? undefined : { path: `samples/${operation.label}-${status}.json`, json }
    return [{ operation, fault, status, trigger, ...(file && { file }) }]
  })
}

/** For a refusal of any status: one that has no row of its own. */
function freeStatus({ faults }: Operation): number {
  return [400, 422, 418, 499].find(status => !faults.some(fault => fault.status === status)) ?? 400
}

function triggersOf(operation: Operation): readonly Trigger[] {
  const ofParameters = operation.parameters.flatMap(({ in: place, name, xml, shape }): Trigger[] => {
    if (shape.kind !== 'scalar' || shape.other === undefined || place === 'header') return []
    const value = JSON.stringify(String(shape.other))
    const key = place === 'path' ? pathName(name) : name
    return [{ when: `${access(`meta.${place}`, key)} == ${value}`, request: requestSample(operation, xml) }]
  })
  return [...ofParameters, ...bodyTriggers(operation)]
}

function bodyTriggers(operation: Operation): readonly Trigger[] {
  const sample = requestSample(operation)
  const body = sample.body[BODY]
  if (operation.body?.shape.kind !== 'object' || body === undefined) return []
  return changesOf(operation.body.shape, { source: 'body', xml: body, json: sample.json ?? null }).map(({ source, value, xml, json }) => ({
    when: `${source} == ${JSON.stringify(value)}`,
    request: { body: { ...sample.body, [BODY]: xml }, json },
  }))
}

interface Changed {
  readonly source: string
  readonly xml: Json
  readonly json: Json
}

/** The sample with another value in one place, for each place. */
function changesOf({ members }: ObjectShape, { source, xml: body, json: told }: Changed): readonly (Changed & { readonly value: Json })[] {
  return members.flatMap(({ json, xml, shape, way }) => {
    // What is not in the sample is not looked into: a shape that contains itself has no end.
    if (way === 'answer' || !isNamable(json) || Object(body)[xml] === undefined) return []
    const place = access(source, json)
    const put = (made: { readonly xml: Json; readonly json: Json }) => ({
      xml: { ...Object(body), [xml]: made.xml },
      json: { ...Object(told), [json]: made.json },
    })
    if (shape.kind === 'scalar' && shape.other !== undefined && !shape.mixed) {
      return [{ source: place, value: shape.other, ...put({ xml: shape.other, json: shape.other }) }]
    }
    if (shape.kind !== 'object') return []
    const inner = changesOf(shape, { source: place, xml: Object(body)[xml] ?? {}, json: Object(told)[json] ?? {} })
    return inner.map(one => ({ ...one, ...put(one) }))
  })
}
