import { type ChildProcess, fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'

/** What a target said yes to: the key that the gateway sent, the order in the body, and how often it came. */
export interface Seen {
  readonly key: string
  readonly order: string
  readonly times: number
}

/** How a target behaves; says yes to all unless told. */
export interface Conduct {
  /** Its answer, where not 200. */
  readonly status?: number
  /** One order in `every` is answered with this status the first time it comes. */
  readonly failFirst?: { readonly every: number; readonly status: number }
}

/** A target in a process of its own that counts by key what it said yes to, and survives whatever the gateway does. */
export interface CountingTarget {
  readonly url: string
  conduct(conduct: Conduct): Promise<void>
  /** `false`: nothing listens at its address, as if it were switched off; it keeps its counts. */
  listen(on: boolean): Promise<void>
  seen(): Promise<readonly Seen[]>
  /** Milliseconds from the sending of an order to its arrival here, of those that came since it was last asked. */
  lags(): Promise<readonly number[]>
  stop(): Promise<void>
}

/** Starts a target on a free port; remember to stop it. */
export async function startCountingTarget(): Promise<CountingTarget> {
  const child = fork(fileURLToPath(new URL('./counting-target-process.js', import.meta.url)), [], {
    execArgv: [],
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  })
  const port = await ask(child)
  return {
    url: `http://127.0.0.1:${port}`,
    conduct: async conduct => void (await ask(child, { conduct })),
    listen: async listen => void (await ask(child, { listen })),
    seen: async () => (await ask(child, { seen: true })) as readonly Seen[],
    lags: async () => (await ask(child, { lags: true })) as readonly number[],
    stop: () => end(child),
  }
}

// One question at a time: the process answers in order.
function ask(child: ChildProcess, question?: object): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const gone = () => reject(new Error('the counting target ended'))
    child.once('exit', gone)
    child.once('message', message => {
      child.off('exit', gone)
      resolve(message)
    })
    if (question) child.send(question)
  })
}

function end(child: ChildProcess): Promise<void> {
  return new Promise(resolve => {
    if (child.exitCode !== null || child.signalCode !== null) return resolve()
    child.once('exit', () => resolve())
    child.kill('SIGKILL')
  })
}
