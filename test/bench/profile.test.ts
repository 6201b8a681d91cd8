import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import { profileLines } from '../../bench/profile.ts'

const frame = (functionName: string, url: string) => ({ functionName, url, lineNumber: 41 })

describe('a profile', () => {
  let folder: string
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'waybill-profile-'))
  })
  afterEach(() => rmSync(folder, { recursive: true }))

  it("tells each function's own time as a share of what was not idle", () => {
    const profile = {
      nodes: [
        { id: 1, callFrame: frame('(idle)', '') },
        { id: 2, callFrame: frame('hand', 'file:///home/me/waybill/dist/gateway/hand.js') },
        { id: 3, callFrame: frame('', 'file:///home/me/waybill/node_modules/amqplib/lib/codec.js') },
      ],
      samples: [1, 2, 3, 2],
      timeDeltas: [6_000, 2_000, 1_000, 1_000],
    }
    writeFileSync(join(folder, 'CPU.1.cpuprofile'), JSON.stringify(profile))
    const lines = profileLines(folder).map(line => line.replaceAll(/ {2,}/g, '  '))
    expect(lines).to.deep.equal([
      'CPU.1.cpuprofile: 0.00 s of 0.01 s busy',
      'function  self ms  of busy',
      'hand gateway/hand.js:42  3  75.0 %',
      '(anonymous) amqplib/lib/codec.js:42  1  25.0 %',
    ])
  })
})
