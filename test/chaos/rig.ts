import { startProject, type TestGateway } from '../support/gateway.ts'
import { lastingPort } from '../support/port.ts'
import { until } from '../support/until.ts'
import { check, demand, type Verdict } from './checker.ts'
import type { Sent } from './client.ts'
import { type CountingTarget, startCountingTarget } from './counting-target.ts'

export interface RigOptions {
  /** Each order goes to all of these. */
  readonly targets: readonly string[]
  /** The broker; the embedded queue without it. */
  readonly broker?: string
  readonly inFlight?: number
  readonly delays?: string
  /** The store's folder, where it is not the project's own. */
  readonly storePath?: string
  /** More of `store:` in YAML's flow form. */
  readonly store?: string
  /** More of `listen:` in YAML's flow form. */
  readonly listen?: string
  /** More of waybill.yaml: routes first. */
  readonly more?: string
  /** Files beside waybill.yaml. */
  readonly files?: Readonly<Record<string, string>>
  readonly environment?: Readonly<Record<string, string>>
}

/** What `waybill balance --json` prints, as far as tests look at it. */
export interface Ledger {
  readonly balanced: boolean
  readonly targets: readonly { readonly target: string; readonly accepted: number; readonly queued: number; readonly dead: number }[]
  readonly queue: readonly { readonly target: string; readonly count: number }[]
}

/** A gateway that is killed and started again on one store and one address, and the targets that outlive it. */
export interface Rig {
  /** The one that runs now. */
  readonly gateway: TestGateway
  /** Where orders go, whichever gateway runs. */
  readonly url: string
  target(name: string): CountingTarget
  /** Resolves when the running gateway has died; rejects when it does not. */
  died(ms?: number): Promise<void>
  /** Starts the gateway again, with this environment. */
  again(environment?: Readonly<Record<string, string>>): Promise<void>
  pause(...targets: readonly string[]): Promise<void>
  resume(...targets: readonly string[]): Promise<void>
  /** Resolves when nothing is undelivered, and the queue is empty; rejects with what is. */
  settled(ms?: number): Promise<void>
  /** `waybill balance --json`; rejects where it does not exit with 0. */
  balance(): Promise<Ledger>
  /** The checker's verdict for each target, and the balance; rejects where anything is lost or unexpected, or more came again. */
  verify(sent: Sent, duplicates?: number): Promise<Readonly<Record<string, Verdict>>>
  stop(): Promise<void>
}

/** Starts targets and a gateway; stop it. */
export async function startRig(options: RigOptions): Promise<Rig> {
  const targets = new Map<string, CountingTarget>()
  for (const name of options.targets) targets.set(name, await startCountingTarget())
  const port = await lastingPort()
  const files = { ...options.files, 'waybill.yaml': projectText(options, port, targets) }
  const stopTargets = async () => void (await Promise.all([...targets.values()].map(target => target.stop())))
  let gateway = await startProject({ files, ...startOptions(options) }).catch(async error => {
    await stopTargets()
    throw error
  })
  const found = (name: string) => targets.get(name) ?? fail(`no target ${name}`)
  const rig: Rig = {
    get gateway() {
      return gateway
    },
    url: `http://127.0.0.1:${port}/orders`,
    target: found,
    died: async (ms = 20_000) => void (await until('the gateway dies', () => gone(gateway), ms)),
    async again(environment = {}) {
      gateway = await gateway.again(environment)
    },
    pause: (...names) => change(gateway, 'pause', names),
    resume: (...names) => change(gateway, 'resume', names),
    settled: (ms = 20_000) => settled(() => gateway, ms),
    balance: () => balanced(gateway),
    verify: (sent, duplicates) => verify(rig, options.targets, sent, duplicates),
    async stop() {
      await gateway.end('SIGKILL')
      await stopTargets()
    },
  }
  return rig
}

function startOptions({ environment, storePath }: RigOptions) {
  return { ...(environment && { environment }), ...(storePath !== undefined && { store: storePath }) }
}

function projectText(
  { broker, inFlight = 8, delays = '50ms, 100ms, 200ms', storePath = 'data', store = '', listen = '', more = '', ...options }: RigOptions,
  port: number,
  targets: ReadonlyMap<string, CountingTarget>,
): string {
  const systems = [...targets].map(
    ([name, { url }]) => `  ${name}: { rest: { url: '${url}', timeout: 5s }, limits: { inFlight: ${inFlight} } }`,
  )
  return `waybill: 1
name: chaos
listen: { http: '127.0.0.1:${port}', admin: '127.0.0.1:0'${listen} }
${broker ? `queue: { rabbitmq: { url: '${broker}', heartbeat: 1s, confirmTimeout: 5s } }\n` : ''}store: { path: ${storePath}${store} }
defaults: { retry: { delays: [${delays}], giveUpAfter: 1h } }
systems:
${systems.join('\n')}
routes:
  orders: { from: { rest: POST /orders }, key: body.id, to: [${options.targets.join(', ')}] }
${more}`
}

function fail(message: string): never {
  throw new Error(message)
}

function gone({ process: { exitCode, signalCode } }: TestGateway): boolean {
  return exitCode !== null || signalCode !== null
}

async function change(gateway: TestGateway, verb: 'pause' | 'resume', targets: readonly string[]): Promise<void> {
  for (const target of targets) await gateway.api('POST', `/api/targets/${target}/${verb}`)
}

async function settled(gateway: () => TestGateway, ms: number): Promise<void> {
  const seen = { ledger: '' }
  await until(
    'every order is settled and every queue empty',
    async () => {
      const ledger = (await gateway()
        .api('GET', '/api/balance')
        .catch(() => undefined)) as Ledger | undefined
      if (!ledger) return false
      seen.ledger = JSON.stringify(ledger)
      return ledger.targets.every(({ queued }) => queued === 0) && ledger.queue.every(({ count }) => count === 0)
    },
    ms,
  ).catch(error => fail(`${error.message}; the ledger says ${seen.ledger}`))
}

async function balanced(gateway: TestGateway): Promise<Ledger> {
  const { code, stdout, stderr } = await gateway.run('balance', '--json')
  if (code !== 0) fail(`waybill balance ended with ${code}: ${stdout.slice(0, 2_000)} ${stderr}`)
  return JSON.parse(stdout)
}

async function verify(rig: Rig, targets: readonly string[], sent: Sent, duplicates?: number): Promise<Record<string, Verdict>> {
  if (sent.refused.length > 0) fail(`refused: ${sent.refused.slice(0, 3).join('; ')}`)
  const verdicts: Record<string, Verdict> = {}
  for (const name of targets) {
    const verdict = check(sent, await rig.target(name).seen())
    const dead = verdict.lost.length > 0 ? `; dead letters: ${JSON.stringify(await rig.gateway.api('GET', '/api/dead'))}` : ''
    demand(verdict, duplicates, dead.slice(0, 2_000))
    verdicts[name] = verdict
  }
  const ledger = (await rig.gateway.api('GET', '/api/balance')) as Ledger
  if (!ledger.balanced) fail(`the ledger does not balance: ${JSON.stringify(ledger)}`)
  return verdicts
}
