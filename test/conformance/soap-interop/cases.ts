import { enterprise } from '../../fixtures/wsdl/enterprise.ts'
import { type FixtureOperation, fixtures, type WsdlFixture } from '../../fixtures/wsdl/fixtures.ts'

/** One call of the matrix: its answer is the output, or a declared fault. */
export interface Case {
  readonly fixture: WsdlFixture
  readonly version: '1.1' | '1.2'
  readonly operation: FixtureOperation
  readonly fault?: string
}

/** The suite with the large one. */
export const suite: readonly WsdlFixture[] = [...fixtures, enterprise]

export const clients = ['zeep', 'php', 'java'] as const
export type Client = (typeof clients)[number]

/** What a client is, for people. */
export const descriptions: Readonly<Record<Client, string>> = {
  zeep: 'Python zeep 4, `client.bind(...)`',
  php: 'PHP 8 `SoapClient`, WSDL mode',
  java: 'JAX-WS (Metro 4) `Dispatch<SOAPMessage>`, payloads by Xerces from the WSDL’s schemas',
}

/** What a client itself cannot write: the calls are left out. */
export const limits: readonly { readonly client: Client; readonly operation: string; readonly why: string }[] = [
  { client: 'zeep', operation: 'Notify', why: 'it knows no substitution groups and would write their head' },
  { client: 'zeep', operation: 'Scan', why: 'it writes no parts beside the envelope' },
  { client: 'zeep', operation: 'Send', why: 'its values have no place for text between elements' },
  { client: 'php', operation: 'Notify', why: 'it knows no substitution groups and asks for their head' },
  { client: 'php', operation: 'Scan', why: 'it writes no parts beside the envelope' },
  { client: 'php', operation: 'Send', why: 'its values have no place for text between elements' },
  { client: 'php', operation: 'Book', why: 'its values have no order of members of different names' },
  { client: 'php', operation: 'Post', why: 'it cuts integers at 64 bits' },
]

/** The whole matrix of a fixture: each operation and each of its faults, in each version. */
export function casesOf(fixture: WsdlFixture): readonly Case[] {
  return fixture.versions.flatMap(version =>
    fixture.operations.flatMap(operation => [
      { fixture, version, operation },
      ...Object.keys(operation.faults ?? {}).map(fault => ({ fixture, version, operation, fault })),
    ]),
  )
}

/** All that a client can express, of all fixtures. */
export function casesFor(client: Client): readonly Case[] {
  return suite.flatMap(casesOf).filter(({ operation }) => limitOf(client, operation.name) === undefined)
}

/** Why the client cannot call this operation. */
export function limitOf(client: Client, operation: string): string | undefined {
  return limits.find(limit => limit.client === client && limit.operation === operation)?.why
}
