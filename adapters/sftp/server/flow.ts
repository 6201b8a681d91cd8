import type { ServerChannel } from 'ssh2'

/** Requests that wait for their answers, and their bytes, beyond which nothing more is read; at half of it reading goes on. */
const MANY = 256
const MANY_BYTES = 8 * 1_024 * 1_024

/** Keeps what a session has in memory within bounds: a client that asks faster than it is answered, or does not read its answers, waits. */
export interface Flow {
  /** A request came that holds so many bytes until it is answered. */
  begin(bytes: number): void
  /** Sends its answer. */
  end(bytes: number, answer: Buffer): void
}

/** The flow of one channel. */
export function createFlow(channel: ServerChannel): Flow {
  let waiting = 0
  let waitingBytes = 0
  let isFull = false

  function emptied(): void {
    isFull = false
    goOn()
  }

  function goOn(): void {
    if (!isFull && waiting < MANY / 2 && waitingBytes < MANY_BYTES / 2 && channel.isPaused()) channel.resume()
  }

  return {
    begin(bytes) {
      waiting += 1
      waitingBytes += bytes
      if (waiting > MANY || waitingBytes > MANY_BYTES) channel.pause()
    },
    end(bytes, answer) {
      waiting -= 1
      waitingBytes -= bytes
      if (channel.writable && !channel.write(answer)) {
        channel.pause()
        if (!isFull) channel.once('drain', emptied)
        isFull = true
      }
      goOn()
    },
  }
}
