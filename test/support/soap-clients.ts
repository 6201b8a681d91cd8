import { spawn } from 'node:child_process'
import { writeJsonText } from '../../transformers/json/codec.ts'
import { ExactNumber } from '../../transformers/json/exact-number.ts'
import { type Command, javaCommand, phpCommand, zeepCommand } from './soap-programs.ts'

/** One call of an operation, its body in the gateway's form. */
export interface SoapCall {
  readonly wsdl: string
  readonly version: '1.1' | '1.2'
  readonly operation: string
  readonly body: unknown
  /** Header blocks by the names of their parts. */
  readonly headers?: Readonly<Record<string, unknown>>
  /** Parts beside the envelope, in base64, by name; Java only. */
  readonly attachments?: Readonly<Record<string, string>>
  /** The payload, written by hand: instead of the body, by PHP only. */
  readonly raw?: string
}

/** What a client made of the answer: numbers are texts, since no two clients have the same kinds of them. */
export interface SoapResult {
  readonly ok?: true
  readonly body?: unknown
  readonly headers?: unknown
  /** `detail` is the content of the element `name`. */
  readonly fault?: { readonly code: string; readonly text: string; readonly name?: string; readonly detail?: unknown }
  /** The client could not write the request, or not read the answer. */
  readonly error?: string
}

/** A client of others; makes all calls in one process, one after the other, and resolves with a result for each. */
export type SoapCaller = (calls: readonly SoapCall[]) => Promise<readonly SoapResult[]>

/** Python's zeep. Found as WAYBILL_TEST_PYTHON, else on the PATH, else installed; skips the suite where there is none (CI: throws). */
export function zeep(suite: Mocha.Context): SoapCaller {
  return callerOf(zeepCommand(suite), calls => calls)
}

/** PHP's SoapClient, as WAYBILL_TEST_PHP or found or installed likewise. It gets numbers as texts, since its own bend them. */
export function php(suite: Mocha.Context): SoapCaller {
  return callerOf(phpCommand(suite), calls => calls.map(call => ({ ...call, body: numbersAsTexts(call.body), ...headersAsTexts(call) })))
}

/** JAX-WS with a JDK, whose home WAYBILL_TEST_JAVA_HOME names, and Maven for its libraries; compiled once into a cache folder. */
export function java(suite: Mocha.Context): SoapCaller {
  return callerOf(javaCommand(suite), calls => calls)
}

function callerOf({ program, args }: Command, prepare: (calls: readonly SoapCall[]) => readonly SoapCall[]): SoapCaller {
  return async calls => {
    const results: unknown = JSON.parse(await run(program, args, writeJsonText(prepare(calls))))
    if (!Array.isArray(results) || results.length !== calls.length) throw new Error(`${program} gave no result for each call`)
    return results
  }
}

function run(program: string, args: readonly string[], input: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { stdio: ['pipe', 'pipe', 'pipe'], timeout: 60_000 })
    let said = ''
    let complained = ''
    child.stdout.setEncoding('utf8').on('data', chunk => {
      said += chunk
    })
    child.stderr.on('data', chunk => {
      complained = `${complained}${chunk}`.slice(-4_000)
    })
    child.on('error', reject)
    child.on('close', code => (code === 0 ? resolve(said) : reject(new Error(`${program} ended with ${code}\n${complained}`))))
    child.stdin.on('error', () => {})
    child.stdin.end(input)
  })
}

function headersAsTexts({ headers }: SoapCall): Pick<SoapCall, 'headers'> {
  if (!headers) return {}
  return { headers: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, numbersAsTexts(value)])) }
}

/** The same body with its numbers as texts. */
export function numbersAsTexts(value: unknown): unknown {
  if (typeof value === 'number' || value instanceof ExactNumber) return String(value)
  if (Array.isArray(value)) return value.map(numbersAsTexts)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, numbersAsTexts(member)]))
}
