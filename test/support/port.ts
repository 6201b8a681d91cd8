import { createServer } from 'node:net'

/** A port of 127.0.0.1 that nobody listens on now. */
export function freePort(): Promise<number> {
  return tryPort(0)
}

/** A free port for one that stops and starts again on it: no outgoing connection takes it meanwhile, for those have ports from 32768 on. */
export async function lastingPort(): Promise<number> {
  for (let tries = 0; ; tries++) {
    try {
      return await tryPort(20_000 + Math.floor(Math.random() * 12_000))
    } catch (error) {
      if (tries > 100) throw error
    }
  }
}

function tryPort(port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', reject)
    server.listen(port, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => (address && typeof address === 'object' ? resolve(address.port) : reject(new Error('no address'))))
    })
  })
}
