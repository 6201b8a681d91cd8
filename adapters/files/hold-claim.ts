import { GatewayError } from '../../gateway/errors.ts'
import { claimPath } from './claims.ts'
import type { Place } from './place.ts'

/** A claim while its file is being taken. */
export interface HeldClaim {
  /** Where the file lies now. */
  readonly path: string
  /** Ends the renewing; rejects with TARGET_UNAVAILABLE where another has taken the file over. */
  release(): Promise<void>
}

export interface ClaimParts {
  /** The path that the file had. */
  readonly path: string
  readonly instance: string
  readonly takeOverMs: number
}

/** Renews a claim, by a new name, often enough that nobody takes the file over while it is being taken. */
export function holdClaim(place: Place, { path, instance, takeOverMs }: ClaimParts, claimed: string): HeldClaim {
  let current = claimed
  let lost: GatewayError | undefined
  let renewing = Promise.resolve()
  const clock = setInterval(() => {
    renewing = renewing.then(renew)
  }, takeOverMs / 4)
  clock.unref()

  async function renew(): Promise<void> {
    const next = claimPath(path, instance, Date.now())
    if (lost || next === current) return
    try {
      await place.rename(current, next, true)
      current = next
    } catch (cause) {
      // A server that does not rename what is open leaves it where it is.
      const there = await place.stat(current).catch(() => undefined)
      if (!there) lost = new GatewayError('TARGET_UNAVAILABLE', `the claim of ${path} was lost while the file was being taken`, { cause })
    }
  }

  return {
    get path() {
      return current
    },
    async release() {
      clearInterval(clock)
      await renewing
      if (lost) throw lost
    },
  }
}

/** Of a file that is not claimed. */
export function noClaim(path: string): HeldClaim {
  return { path, release: async () => {} }
}
