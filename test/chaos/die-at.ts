import type { Rig } from './rig.ts'

/** Starts the gateway and waits until it has died at the point; false where it does not within a second. */
export async function dieAt(rig: Rig, point: string): Promise<boolean> {
  try {
    await rig.again({ WAYBILL_FAILPOINT: point })
  } catch {
    return true // died before it was ready
  }
  try {
    await rig.died(1_000)
    return true
  } catch {
    await rig.gateway.end('SIGKILL')
    return false
  }
}
