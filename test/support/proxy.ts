import { connect, createServer, type Socket } from 'node:net'

/** A TCP proxy that can misbehave; all settings hold for what passes from now on. */
export interface FaultyProxy {
  readonly port: number
  /** Cuts each connection after this many more bytes towards the server; once for each call. */
  cutAfter(bytes: number): void
  /** Passes nothing on, in either direction, and keeps the connections open; `false` lets flow what has waited. */
  stall(on: boolean): void
  /** Resets every open connection. */
  reset(): void
  /** Holds each chunk for so long. */
  delay(ms: number): void
  close(): Promise<void>
}

/** Starts a proxy to a port of 127.0.0.1 on a free port. */
export async function startProxy(target: number): Promise<FaultyProxy> {
  const pairs = new Set<readonly [Socket, Socket]>()
  const rules = { left: Number.POSITIVE_INFINITY, delayMs: 0, stalled: false }
  const reset = () => {
    for (const sockets of pairs) for (const socket of sockets) socket.resetAndDestroy()
  }
  const pass = (from: Socket, to: Socket, counts: boolean) => {
    from.on('data', chunk => {
      if (counts) rules.left -= chunk.length
      const cut = rules.left < 0
      const part = cut && counts ? chunk.subarray(0, chunk.length + rules.left) : chunk
      if (rules.delayMs > 0) setTimeout(() => to.write(part), rules.delayMs)
      else to.write(part)
      if (!cut) return
      rules.left = Number.POSITIVE_INFINITY
      for (const sockets of pairs) for (const socket of sockets) socket.destroy()
    })
  }
  const server = createServer(client => {
    const pair = [client, connect(target, '127.0.0.1')] as const
    pairs.add(pair)
    pass(...pair, true)
    pass(pair[1], client, false)
    for (const socket of pair) {
      if (rules.stalled) socket.pause()
      socket
        .on('error', () => {})
        .on('close', () => {
          pairs.delete(pair)
          for (const one of pair) one.destroy()
        })
    }
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  return {
    port: address && typeof address === 'object' ? address.port : 0,
    cutAfter: bytes => Object.assign(rules, { left: bytes }),
    delay: ms => Object.assign(rules, { delayMs: ms }),
    stall: on => {
      rules.stalled = on
      for (const sockets of pairs) for (const socket of sockets) on ? socket.pause() : socket.resume()
    },
    reset,
    close: () => {
      const closed = new Promise<void>(resolve => server.close(() => resolve()))
      reset()
      return closed
    },
  }
}
