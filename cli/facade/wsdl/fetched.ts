import { CommandError, exit } from '../../command.ts'

/** What came of one address. */
export interface Fetched {
  readonly bytes: Uint8Array
  readonly contentType: string | undefined
}

/** Gets a file over http(s); throws CommandError where it cannot be had. */
export type Fetch = (url: string) => Promise<Fetched>

const MOST_FILES = 100
const MOST_BYTES = 20 * 1024 * 1024
const TIMEOUT_MS = 10_000

/** Gets at most 100 files with 20 MB in all, each within 10 s. */
export function createFetch(): Fetch {
  let files = 0
  let left = MOST_BYTES
  return async url => {
    files += 1
    if (files > MOST_FILES) throw new CommandError(exit.found, `${url}: this is more than ${MOST_FILES} files`)
    const fetched = await get(url, left)
    left -= fetched.bytes.length
    return fetched
  }
}

async function get(url: string, most: number): Promise<Fetched> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(TIMEOUT_MS), headers: { accept: 'text/xml, application/xml, */*' } })
    if (!response.ok) throw new CommandError(exit.unreachable, `${url} answered ${response.status}`)
    return { bytes: await readAll(response, url, most), contentType: response.headers.get('content-type') ?? undefined }
  } catch (error) {
    if (error instanceof CommandError) throw error
    throw new CommandError(exit.unreachable, `${url} cannot be had: ${reasonOf(error)}`)
  }
}

async function readAll({ body }: Response, url: string, most: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of body ?? []) {
    size += chunk.length
    if (size > most) throw new CommandError(exit.found, `${url}: the files have more than ${MOST_BYTES / 1024 / 1024} MB in all`)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  if (error.name === 'TimeoutError') return `no answer within ${TIMEOUT_MS / 1000} s`
  return error.cause instanceof Error ? error.cause.message : error.message
}
