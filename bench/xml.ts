import type { Bench, Measured, Task } from './bench.ts'
import { conversions, SAXES, TYPED_READ, type Work } from './conversions.ts'
import { withLock } from './lock.ts'
import { absolute, ratio, type Sample, type Values } from './result.ts'
import { missingFor } from './shared.ts'
import { enterpriseProject, soapCall } from './soap-calls.ts'
import { startWaybill } from './waybill.ts'

const ONE = 'a SOAP call, by a WSDL of 1 operation'
const MANY = 'a SOAP call, by a WSDL of 200 operations'
const START = 'start with a WSDL of 2 MB, 200 operations'
const AT_ONCE = 500

/** What XML, its types and WSDLs cost. */
export const xml: Bench = {
  name: 'xml',
  title: 'XML, typed',
  about: `One core reads the order of S3 as XML with namespaces into a body typed by its XSD, and writes it; beside it
saxes alone on the same bytes, and \`JSON.parse\` of the same body. A SOAP call is one envelope read, its operation found, its body typed,
its answer written, without HTTP. The start is \`waybill run\` with a SOAP source by a generated WSDL of 2 MB, from the start of the process
to its ready line. Rates are documents or calls a second of CPU.`,
  missing: () => missingFor('flock'),
  run,
  claims: rows => [
    ...ratio(rows, 'rate', [TYPED_READ, SAXES], { what: 'XML to a typed body: rate, of saxes alone', atLeast: 0.5 }),
    ...ratio(rows, 'cpuMs', [MANY, ONE], { what: 'CPU for each SOAP call with 200 operations, of 1 operation', atMost: 1.1 }),
    ...absolute(rows, 'readyMs', START, { what: 'Start to ready with a WSDL of 2 MB', unit: 'ms', atMost: 2_000 }),
  ],
}

async function run(task: Task): Promise<Measured> {
  const work: Work = { ...conversions(), [ONE]: soapCall(1), [MANY]: soapCall(200) }
  const ms = (task.seconds * 1_000) / Object.keys(work).length
  const samples: Sample[] = []
  for (let round = 1; round <= task.rounds; round++) {
    task.note(`round ${round} of ${task.rounds}`)
    await withLock(async () => {
      for (const [name, once] of Object.entries(work)) samples.push({ name, values: measure(once, ms) })
      samples.push({ name: START, values: await start() })
    })
  }
  return { samples }
}

/** CPU time alone, after a quarter as long to warm up, since the machine may have other work. */
function measure(once: () => unknown, ms: number): Values {
  spend(once, ms / 4)
  const { count, spentMs } = spend(once, ms)
  return { rate: (count * 1_000) / spentMs, cpuMs: spentMs / count }
}

function spend(once: () => unknown, ms: number): { count: number; spentMs: number } {
  const begun = process.cpuUsage()
  let count = 0
  let spentMs = 0
  while (spentMs < ms) {
    for (let turn = 0; turn < AT_ONCE; turn++) once()
    count += AT_ONCE
    const { user, system } = process.cpuUsage(begun)
    spentMs = (user + system) / 1_000
  }
  return { count, spentMs }
}

async function start(): Promise<Values> {
  const project = enterpriseProject()
  try {
    const waybill = await startWaybill(project.dir)
    await waybill.stop()
    return { readyMs: waybill.readyMs }
  } finally {
    project.remove()
  }
}
