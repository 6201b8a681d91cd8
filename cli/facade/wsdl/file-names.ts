import type { Operation } from './operation.ts'

/** The files of a route, by what they hold. */
export function filesOf({ name }: Pick<Operation, 'name'>) {
  return {
    route: `routes/${name}.yaml`,
    test: `tests/${name}.yaml`,
    requestSchema: `schemas/${name}-request.schema.json`,
    answerSchema: `schemas/${name}-answer.schema.json`,
    request: `samples/${name}-request.json`,
    answer: `samples/${name}-answer.xml`,
  }
}

/** The schema of what callers are told of a fault. */
export function faultSchemaFile(name: string): string {
  return `schemas/${name}.schema.json`
}

/** The detail of a fault. */
export function faultSampleFile(name: string): string {
  return `samples/${name}.xml`
}

/** A request of an operation that its fault answers, where it is too long for a line. */
export function triggerFile({ name }: Pick<Operation, 'name'>, fault: string): string {
  return `samples/${name}-${fault}-request.json`
}

/** The mapping of a name. */
export function mappingFile(name: string): string {
  return `mappings/${name}.yaml`
}
