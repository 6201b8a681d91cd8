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

interface Limit {
  readonly client: Client
  readonly operation: string
  readonly why: string
  /** What its users write by hand instead; without it the call is left out. */
  readonly raw?: string
  /** It does not show its users the answer either. */
  readonly unseen?: true
}

const NOTIFY =
  '<Notify xmlns="http://notify.example/"><email><label>work</label><address>ada@example.com</address></email><text>shipped</text></Notify>'
const SEND =
  '<Send xmlns="http://letters.example/" copies="2"><name>Ada</name><text>Dear <bold>Ada</bold>, come on <date>2026-07-26</date>.</text></Send>'
const BOOK = '<Book xmlns="http://payments.example/v2"><debit>10</debit><credit>4.5</credit><debit>1</debit></Book>'

/** What a client itself cannot write. */
export const limits: readonly Limit[] = [
  { client: 'zeep', operation: 'Notify', why: 'it knows no substitution groups and would write their head' },
  { client: 'zeep', operation: 'Scan', why: 'it writes no parts beside the envelope' },
  { client: 'zeep', operation: 'Send', why: 'its values have no place for text between elements' },
  { client: 'php', operation: 'Notify', why: 'it knows no substitution groups and asks for their head', raw: NOTIFY, unseen: true },
  { client: 'php', operation: 'Scan', why: 'it writes no parts beside the envelope' },
  { client: 'php', operation: 'Send', why: 'its values have no place for text between elements', raw: SEND },
  { client: 'php', operation: 'Book', why: 'its values have no order of members of different names', raw: BOOK },
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

/** All calls that a client can make, of the whole suite. */
export function casesFor(client: Client): readonly Case[] {
  return suite.flatMap(casesOf).filter(({ operation }) => {
    const limit = limitOf(client, operation.name)
    return !limit || limit.raw !== undefined
  })
}

/** Why the client cannot write a request of this operation. */
export function limitOf(client: Client, operation: string): Limit | undefined {
  return limits.find(limit => limit.client === client && limit.operation === operation)
}
