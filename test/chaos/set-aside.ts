import { expect } from 'chai'
import type { Rig } from './rig.ts'

/** What happened to be in hand at three of the deaths is a dead letter (row 18), and nothing else is but what `expected` says; the operator replays it. */
export async function replaySetAside(rig: Rig, expected: readonly string[] = []): Promise<void> {
  const { items } = (await rig.gateway.api('GET', '/api/dead?limit=500')) as { items: readonly { reason: string }[] }
  expect(items.map(({ reason }) => reason).filter(reason => reason !== 'CRASHED' && !expected.includes(reason))).to.deep.equal([])
  const answer = (await rig.gateway.api('POST', '/api/dead/replay', { selection: { reason: 'CRASHED' } })) as { replayed: number }
  if (expected.length === 0) expect(answer.replayed).to.equal(items.length)
  if (answer.replayed === 0) return
  await rig.settled()
}
