import { adapters } from '../adapters/registry.ts'
import type { EntryConfig, JsonSchema, Project, RouteConfig } from '../config/project.ts'
import type { Expression, Scope } from '../expressions/expression.ts'
import { expressionAt, scopeOf } from '../expressions/scope.ts'
import { variablesOf } from '../expressions/variables.ts'
import type { Content, Message } from '../gateway/message.ts'
import { BATCH, type Batching } from '../gateway/ports.ts'
import type { Format, RecordFormat } from '../transformers/format.ts'
import { parseJson } from '../transformers/json/codec.ts'
import { textOf, yieldOf } from './evaluate.ts'
import type { ConfiguredTarget } from './params.ts'

/** What the expressions of a batch see as `body`. */
const OF_BATCH: JsonSchema = {
  type: 'object',
  required: ['count'],
  additionalProperties: false,
  properties: { count: { type: 'integer' } },
}

/** An entry that collects, ready to run; what is wrong with it is among the project's faults. */
export function compileBatch(
  project: Project,
  route: RouteConfig,
  entry: EntryConfig,
  { target, format }: { readonly target: ConfiguredTarget; readonly format: Format | undefined },
): Batching | undefined {
  const { batch } = entry
  if (!batch) return undefined
  const records = format?.records
  if (!records) {
    project.faults.add('CONFLICT', batch.path, `the format of ${entry.target} has no records`, {
      atKey: true,
      mend: 'give the system one that has some, such as `format: csv`',
    })
    return undefined
  }
  const scope = scopeOf(OF_BATCH)
  const header = batch.header === undefined ? undefined : expressionAt(project, batch.header, scope, [...batch.path, 'header'])
  const computed = compileComputed(project, target, scope)
  const { count, sizeBytes, withinMs, cron, timeZone } = batch
  return {
    ...{ waits: `${BATCH}${route.name}/${entry.name}`, route: route.name, entry: entry.name, target: entry.target },
    ...{ contentType: format.contentType, count, sizeBytes },
    ...(withinMs !== undefined && { withinMs }),
    ...(cron !== undefined && { cron: { pattern: cron, timeZone } }),
    write: (members, message) => writeAll(records, members, header && valueIn(header, message, 'the header of the batch')),
    params(message, count) {
      const variables = variablesOf(contentOf(message, { count }))
      if (computed.length === 0) return undefined
      return Object.fromEntries(
        computed.map(({ name, expression }) => [
          name,
          textOf(expression, variables, `the ${name} of ${entry.target}`, 'MAPPING_FAILED') ?? '',
        ]),
      )
    },
  }
}

function compileComputed(project: Project, { system, operation }: ConfiguredTarget, scope: Scope) {
  const { options, path } = operation ?? system
  const texts = adapters[system.adapter]?.system?.computed?.(options)
  return Object.entries(texts ?? {}).flatMap(([name, text]) => {
    const expression = expressionAt(project, text, scope, [...path, system.adapter, name])
    return expression ? [{ name, expression }] : []
  })
}

function valueIn(expression: Expression, message: Message, what: string): unknown {
  return yieldOf(expression, variablesOf(contentOf(message, null)), what, 'MAPPING_FAILED')
}

function contentOf(message: Message, body: unknown): Content {
  return { message, body, headers: {}, contentType: message.contentType }
}

async function* writeAll(records: RecordFormat, members: AsyncIterable<Uint8Array>, header: unknown): AsyncGenerator<Uint8Array> {
  const writer = records.writer()
  yield writer.open(header)
  for await (const member of members) yield writer.record(parseJson(member).value)
  yield writer.close()
}
