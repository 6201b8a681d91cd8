import type { Description } from './document.ts'
import type { Operation } from './operation.ts'
import type { SchemaFiles } from './schema-files.ts'

/** What all files of a facade are made from. */
export interface Service {
  readonly description: Description
  /** Of the service in the WSDL, and in the config. */
  readonly name: string
  readonly label: string
  readonly namespace: string
  readonly operations: readonly Operation[]
  readonly schemas: SchemaFiles
  note(text: string): void
}

/** Where callers find it. */
export function pathOf({ label }: Pick<Service, 'label'>): string {
  return `/soap/${label}`
}
/** The file of its WSDL. */
export function wsdlOf({ label }: Pick<Service, 'label'>): string {
  return `schemas/${label}.wsdl`
}
