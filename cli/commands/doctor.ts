import { findGateway } from '../admin-client.ts'
import { type CommandSpec, exit, type Given } from '../command.ts'
import type { Finding, Patient } from '../doctor/finding.ts'
import { clock, freeSpace, nodeVersion, openFiles, storeWritable } from '../doctor/machine.ts'
import { sftpServers } from '../doctor/sftp-servers.ts'
import { addresses, broker, config, owner } from '../doctor/surroundings.ts'
import { locate } from '../place.ts'
import { examineProject } from '../project.ts'
import { short } from '../words.ts'

const EXAMINATIONS: readonly ((patient: Patient) => Finding | Promise<Finding>)[] = [
  nodeVersion,
  config,
  storeWritable,
  freeSpace,
  owner,
  addresses,
  broker,
  sftpServers,
  clock,
  openFiles,
]

/** `waybill doctor [DIR]`: what the gateway needs of its machine, each with its mend. */
export const doctor: CommandSpec = {
  name: 'doctor',
  summary: 'looks at what the gateway needs of its machine; a line each, with the mend where it is not well',
  async run(given) {
    const findings: Finding[] = []
    const patient = await admit(given)
    for (const examine of EXAMINATIONS) {
      given.terminal.progress(`examining: ${findings.length} of ${EXAMINATIONS.length} ...`)
      findings.push(await examine(patient))
    }
    const good = findings.every(({ ok }) => ok)
    if (given.json) given.terminal.print(JSON.stringify({ well: good, findings }, null, 2))
    else for (const finding of findings) tell(finding, given)
    return good ? exit.good : exit.found
  },
}

async function admit({ dir, terminal }: Given): Promise<Patient> {
  const place = locate(dir, terminal)
  const [gateway, project] = await Promise.all([findGateway(place).catch(() => undefined), examineProject({ dir, terminal })])
  const played = project.faults.count > 0 && (await examineProject({ dir, terminal, brokerPlayed: true }))
  return { place, project, ...(played && { played }), ...(gateway && { gateway: gateway.address }) }
}

function tell({ what, ok, seen, mend }: Finding, { terminal }: Given): void {
  terminal.print(`${terminal.paint(ok ? 'green' : 'red', ok ? 'ok  ' : 'MEND')}  ${what.padEnd(12)}  ${short(seen, 300)}`)
  if (mend !== undefined) terminal.print(`${' '.repeat(20)}-> ${mend}`)
}
