import { type ChildProcess, fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'

/** What the target does with one request. */
export interface Step {
  /** `answer` unless told; `hang`: never answers; `drip`: the answer's body, a byte every 50 ms; `reset`: resets after the request; `cut`: half of the answer, then closes; `flood`: `bytes` bytes as fast as they are read; `deaf`: never reads the body. */
  readonly does?: 'answer' | 'hang' | 'drip' | 'reset' | 'cut' | 'flood' | 'deaf'
  readonly status?: number
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
  readonly bytes?: number
  readonly delayMs?: number
}

export interface Received {
  readonly method: string
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/** A real HTTP target in another process. */
export interface Target {
  readonly url: string
  readonly port: number
  /** The next requests get these steps in turn, the last of them again and again. Forgets what it has received. */
  program(...steps: readonly Step[]): Promise<void>
  received(): Promise<readonly Received[]>
  /** Connections that it has open. */
  connections(): Promise<number>
  /** SIGKILL: nothing listens there afterwards. */
  stop(): Promise<void>
}

export interface TargetTls {
  readonly cert: string
  readonly key: string
}

/** Starts a target on a free port of 127.0.0.1, or on the given one; it answers 200 until it is programmed. */
export async function startTarget(options: { tls?: TargetTls; port?: number } = {}): Promise<Target> {
  const child = fork(fileURLToPath(new URL('./target-process.js', import.meta.url)), [JSON.stringify(options)], {
    execArgv: [],
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  })
  const port = Number(await ask(child, undefined))
  return {
    port,
    url: `${options.tls ? 'https' : 'http'}://127.0.0.1:${port}`,
    program: async (...steps) => void (await ask(child, { program: steps })),
    received: async () => (await ask(child, { received: true })) as readonly Received[],
    connections: async () => Number(await ask(child, { connections: true })),
    stop: () => end(child),
  }
}

// One question at a time is enough: the process answers in order.
function ask(child: ChildProcess, question: object | undefined): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const gone = () => reject(new Error('the target process ended'))
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
