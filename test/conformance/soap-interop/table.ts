import type { WsdlFixture } from '../../fixtures/wsdl/fixtures.ts'
import { type Case, type Client, casesOf, clients, descriptions, limitOf, limits, suite } from './cases.ts'
import { blurs } from './compare.ts'

/** What was found for each call that was made: undefined where all was well. */
export type Outcomes = Readonly<Record<Client, ReadonlyMap<Case, string | undefined>>>

/** docs/reference/soap-interop.md, made of what the test run saw. */
export function interopPage(outcomes: Outcomes): string {
  const rows = suite.map(
    fixture => `| ${fixture.name} | ${fixture.shows} | ${clients.map(client => cell(fixture, client, outcomes)).join(' | ')} |`,
  )
  return `# SOAP clients that were tried

<!-- Made by the test run: WAYBILL_WRITE_INTEROP=1 npx mocha --spec dist/test/conformance/soap-interop.long.test.js -->

Each client loads the WSDL that the gateway serves (\`?wsdl\`, with its imports) and calls every operation of it in every version that the
WSDL has a port for; a REST target gets the request as JSON and answers with JSON. A call counts where the target got exactly what the
client was given, and the client exactly what the target answered: answers and declared faults with their details.

| client | what it cannot tell apart in answers |
|---|---|
${clients.map(client => `| ${client}: ${descriptions[client]} | ${blurs[client]} |`).join('\n')}

The numbers are calls that went well, of those that the WSDL has; a letter tells of requests that a client cannot write.

| WSDL | shows | ${clients.join(' | ')} |
|---|---|${clients.map(() => '---|').join('')}
${rows.join('\n')}

${limits.map(noteOf).join('\n')}
`
}

function cell(fixture: WsdlFixture, client: Client, outcomes: Outcomes): string {
  return fixture.versions.map(version => `${version}: ${countOf(fixture, version, client, outcomes)}`).join('<br>')
}

function countOf(fixture: WsdlFixture, version: string, client: Client, outcomes: Outcomes): string {
  const cases = casesOf(fixture).filter(one => one.version === version)
  const made = [...outcomes[client]].filter(([one]) => one.fixture === fixture && one.version === version)
  const well = made.filter(([, fault]) => fault === undefined).length
  const marks = fixture.operations.flatMap(({ name }) => (limitOf(client, name) === undefined ? [] : [markOf(client, name)]))
  return [`${well} of ${cases.length}`, ...marks].join(' ')
}

function markOf(client: Client, operation: string): string {
  return letter(limits.findIndex(limit => limit.client === client && limit.operation === operation))
}

function noteOf({ client, operation, why, raw, unseen }: (typeof limits)[number], index: number): string {
  return `- ${letter(index)}: ${client}, operation ${operation}: ${why}${raw === undefined ? '' : '; called with XML written by hand'}${unseen ? ', the answer is not shown' : ''}.`
}

function letter(index: number): string {
  return String.fromCharCode(97 + index)
}
