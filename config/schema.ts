import type { Adapter } from '../adapters/adapter.ts'
import type { OptionSchema } from '../gateway/options.ts'
import { rabbitmqOptions } from '../gateway/queue/options.ts'
import { storeOptions } from '../gateway/store/options.ts'
import type { FormatKind } from '../transformers/format.ts'
import { mappingOptions } from '../transformers/map/options.ts'
import type { TransformerKind } from '../transformers/transformer.ts'
import type { ConfigSchema, Definitions } from './form.ts'
import { clientOptions, projectKeys, testOptions } from './project-options.ts'
import { routeOptions, sourceKeys, target } from './route-options.ts'
import { formatSchema, operationKeys, stepSchema, systemKeys, systems } from './system-options.ts'

/** What a config may name: the protocols, the kinds of transformers and the formats. */
export interface Registries {
  readonly adapters: Readonly<Record<string, Adapter>>
  readonly transformers: Readonly<Record<string, TransformerKind>>
  readonly formats: Readonly<Record<string, FormatKind>>
}

/** The schema of the whole config, with the definitions that it refers to. */
export interface WholeSchema {
  readonly root: ConfigSchema
  readonly definitions: Definitions
}

/** The whole config's schema, assembled from what each folder declares beside its code. */
export function wholeSchema({ adapters, transformers, formats }: Registries): WholeSchema {
  const queue: ConfigSchema = {
    description: 'The durable queue between intake and targets. Default: embedded.',
    anyOf: [
      { const: 'embedded' },
      { type: 'object', noun: 'the queue', additionalProperties: false, required: ['rabbitmq'], properties: { rabbitmq: rabbitmqOptions } },
    ],
  }
  const root: ConfigSchema = {
    type: 'object',
    additionalProperties: false,
    required: ['waybill', 'name'],
    properties: {
      ...projectKeys,
      queue,
      store: { ...storeOptions, description: 'The durable store of messages and deliveries.' },
      systems,
    },
  }
  const definitions: Definitions = {
    route: routeOptions,
    source: sourceSchema(adapters),
    target,
    step: stepSchema(mapValues(transformers, ({ options }) => options)),
    format: formatSchema(mapValues(formats, ({ options }) => options)),
    system: systemSchema(adapters),
    client: clientOptions,
    mapping: mappingSchema,
    test: testOptions,
  }
  return { root, definitions }
}

/** The rules are checked where they are compiled: there the fault can say more. */
const mappingSchema: ConfigSchema = {
  ...mappingOptions,
  noun: 'a mapping',
  properties: { ...mappingOptions.properties, rules: { ...mappingOptions.properties.rules, checkedElsewhere: true } },
}

function sourceSchema(adapters: Registries['adapters']): ConfigSchema {
  const forms = mapValues(adapters, ({ source }, name): ConfigSchema => {
    return {
      type: 'object',
      noun: 'a source',
      additionalProperties: false,
      properties: { [name]: source.options, ...source.keys, ...sourceKeys },
    }
  })
  return { noun: 'a source', byKey: forms, description: 'Where messages come from.' }
}

function systemSchema(adapters: Registries['adapters']): ConfigSchema {
  const sending = Object.entries(adapters).flatMap(([name, { system }]) => (system ? [[name, system] as const] : []))
  const forms = mapValues(Object.fromEntries(sending), (system, name): ConfigSchema => {
    const auth: Record<string, ConfigSchema> = system.authOptions ? { auth: system.authOptions } : {}
    const properties = { [name]: system.options, ...auth, ...systemKeys, operations: operationsSchema(name, system.operationOptions) }
    return { type: 'object', noun: 'a system', additionalProperties: false, properties }
  })
  return { noun: 'a system', byKey: forms, description: 'What messages go to.' }
}

function operationsSchema(adapter: string, options: OptionSchema): ConfigSchema {
  const operation: ConfigSchema = {
    type: 'object',
    noun: 'an operation',
    additionalProperties: false,
    properties: { [adapter]: options, ...operationKeys },
  }
  return {
    type: 'object',
    names: true,
    additionalProperties: operation,
    description: 'Named ways to call it: routes say `system.operation`.',
  }
}

function mapValues<T, U>(values: Readonly<Record<string, T>>, make: (value: T, name: string) => U): Readonly<Record<string, U>> {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, make(value, name)]))
}
