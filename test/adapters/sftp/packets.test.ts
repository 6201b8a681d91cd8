import { randomBytes } from 'node:crypto'
import { expect } from 'chai'
import { createBrakes } from '../../../adapters/sftp/server/brakes.ts'
import { createSplitter, MAX_PACKET } from '../../../adapters/sftp/server/packets.ts'

function framed(packet: Buffer): Buffer {
  const length = Buffer.alloc(4)
  length.writeUInt32BE(packet.length)
  return Buffer.concat([length, packet])
}

describe('the packets of an SFTP session', () => {
  it('are the same however the stream is cut, and though their memory is used again', () => {
    const packets = [1, 5, 40_000, 8_192, 9_000, MAX_PACKET, 3, 33_000].map(length => randomBytes(length))
    const stream = Buffer.concat(packets.map(framed))
    for (const cut of [1, 3, 4, 5, 32_768, stream.length]) {
      const seen: string[] = []
      const splitter = createSplitter(packet => {
        seen.push(packet.toString('base64'))
        splitter.release(packet)
      })
      for (let at = 0; at < stream.length; at += cut) splitter.add(stream.subarray(at, at + cut))
      expect(seen, `cut at ${cut}`).to.deep.equal(packets.map(packet => packet.toString('base64')))
    }
  })

  it('are refused where they are empty or too large', () => {
    for (const length of [0, MAX_PACKET + 1, 0xffffffff]) {
      const head = Buffer.alloc(4)
      head.writeUInt32BE(length)
      expect(() => createSplitter(() => {}).add(head)).to.throw('allowed are 1 to')
    }
  })
})

describe('the brakes of the SFTP server', () => {
  const limits = { connections: 3, connectionsPerAddress: 2, triesPerMinute: 2 }

  it('count connections of an address, and of all', () => {
    const brakes = createBrakes(limits)
    expect([brakes.enter('10.0.0.1'), brakes.enter('::ffff:10.0.0.1')]).to.deep.equal([undefined, undefined])
    expect(brakes.enter('10.0.0.1')).to.contain('of this address')
    expect(brakes.enter('10.0.0.2')).to.equal(undefined)
    expect(brakes.enter('10.0.0.3')).to.contain('3 connections')
    brakes.leave('10.0.0.1')
    expect(brakes.enter('10.0.0.3')).to.equal(undefined)
  })

  it('count an IPv6 network as one address', () => {
    const brakes = createBrakes(limits)
    for (const address of ['2001:db8::1', '2001:db8:0:0:ffff::2']) expect(brakes.enter(address)).to.equal(undefined)
    expect(brakes.enter('2001:db8::3')).to.contain('of this address')
    expect(brakes.enter('2001:db8:1::1')).to.equal(undefined)
  })

  it('close the door for a minute after too many failures, whatever the clock was before', () => {
    let now = 1_000_000
    const brakes = createBrakes(limits, () => now)
    brakes.failed('10.0.0.1')
    brakes.failed('10.0.0.1')
    expect(brakes.enter('10.0.0.1')).to.contain('failed within a minute')
    expect(brakes.enter('10.0.0.2')).to.equal(undefined)
    now += 60_000
    expect(brakes.enter('10.0.0.1')).to.equal(undefined)
  })
})
