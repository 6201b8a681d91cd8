import { GatewayError } from '../../../gateway/errors.ts'
import type { Place } from '../../files/place.ts'
import { createAborts } from './aborts.ts'
import { connect, type Line, type Server } from './connect.ts'
import { sftpPlace } from './place.ts'

/** One connection that all sends of a target share: made when one needs it, closed after a time without any. */
export interface SharedLine {
  /** A place whose `close` gives the connection back. */
  place(root: string, signal: AbortSignal): Promise<Place>
  /** Ends the connection, and one that is being made. */
  close(): void
}

export function shareLine(server: Server, idleMs: number): SharedLine {
  let opening: Promise<Line> | undefined
  let line: Line | undefined
  let users = 0
  let idle: NodeJS.Timeout | undefined
  const closing = new AbortController()
  const aborts = createAborts()

  async function open(): Promise<Line> {
    if (line && !line.ended) return line
    opening ??= connect(server, closing.signal).finally(() => {
      opening = undefined
    })
    line = await opening
    return line
  }

  /** The others that wait for it still get it. */
  function orAborted(opened: Promise<Line>, signal: AbortSignal): Promise<Line> {
    return new Promise((resolve, reject) => {
      const end = () => reject(new GatewayError('TARGET_UNAVAILABLE', 'given up before there was a connection'))
      if (signal.aborted) end()
      const release = aborts.on(signal, end)
      opened.then(resolve, reject).finally(release)
    })
  }

  function giveBack(): void {
    users -= 1
    if (users > 0) return
    idle = setTimeout(() => line?.close(), idleMs)
    idle.unref()
  }

  return {
    async place(root, signal) {
      users += 1
      clearTimeout(idle)
      try {
        const use = { line: await orAborted(open(), signal), signal }
        return sftpPlace({ use, root, close: giveBack })
      } catch (error) {
        giveBack()
        throw error
      }
    },
    close() {
      clearTimeout(idle)
      closing.abort()
      line?.close()
    },
  }
}
