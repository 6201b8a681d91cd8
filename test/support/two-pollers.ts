import { mkdirSync, mkdtempSync, readdirSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { startProject, type TestGateway } from './gateway.ts'
import { sftpSystem } from './sftp-project.ts'
import type { Sshd } from './sshd.ts'
import { startTarget } from './target.ts'
import { until } from './until.ts'

/** How it ended: the ids of messages by the files that they are, and what still lies in the folder. */
export interface TwoPollers {
  readonly ids: ReadonlyMap<string, ReadonlySet<string>>
  readonly left: readonly string[]
  readonly done: number
  /** How many files each of the two took. */
  readonly taken: readonly [number, number]
  readonly balanced: boolean
}

/** Two gateways look into one folder of a server; the first is killed when a third of the files has come, and started again. */
export async function runTwoPollers(sshd: Sshd, files: number): Promise<TwoPollers> {
  const folder = mkdtempSync(join(sshd.folder, 'two-'))
  mkdirSync(join(folder, 'in'))
  const target = await startTarget()
  const project = `waybill: 1
name: two
systems:
  bank: ${sftpSystem(sshd, `folder: ${folder}`)}
  shelf: { rest: '${target.url}', limits: { inFlight: 16 } }
routes:
  files:
    from: { sftp: { system: bank, folder: '${join(folder, 'in')}', files: '*.txt', every: 100ms }, format: bytes }
    to: { system: shelf, retry: { delays: [200ms] } }
`
  const start = () => startProject({ files: { 'waybill.yaml': project, key: sshd.key } })
  const [first, second] = await Promise.all([start(), start()])
  let again: TestGateway | undefined
  const idsNow = async () => byFile(await target.received())
  try {
    fill(folder, files)
    await until('a third has come', async () => (await idsNow()).size >= files / 3, 120_000)
    await first.end('SIGKILL')
    again = await first.again()
    await until('all have come', async () => (await idsNow()).size >= files && readdirSync(join(folder, 'in')).length === 1, 300_000)
    const taken = [await taker(again), await taker(second)] as const
    const balances = await Promise.all([again, second].map(gateway => gateway.run('balance')))
    const left = readdirSync(join(folder, 'in')).filter(name => name !== 'done')
    const done = readdirSync(join(folder, 'in/done')).length
    return { ids: await idsNow(), left, done, taken, balanced: balances.every(({ code }) => code === 0) }
  } finally {
    await Promise.all([first.end('SIGKILL'), second.end(), again?.end(), target.stop()])
  }
}

function fill(folder: string, files: number): void {
  for (let n = 0; n < files; n++) {
    writeFileSync(join(folder, `f${n}`), `file ${n}`)
    renameSync(join(folder, `f${n}`), join(folder, `in/f${n}.txt`))
  }
}

function byFile(received: readonly { readonly body: string; readonly headers: Readonly<Record<string, string>> }[]) {
  const ids = new Map<string, Set<string>>()
  for (const { body, headers } of received) ids.set(body, (ids.get(body) ?? new Set()).add(headers['waybill-message-id'] ?? ''))
  return ids
}

/** Messages that a gateway has accepted. */
async function taker(gateway: TestGateway): Promise<number> {
  const { stdout } = await gateway.run('balance', '--json')
  const accepted = /"accepted":\s*(\d+)/.exec(stdout)?.[1]
  return Number(accepted ?? 0)
}
