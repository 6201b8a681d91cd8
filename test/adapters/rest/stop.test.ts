import { expect } from 'chai'
import { hold } from '../../conformance/inbound.ts'
import { createRecorder } from '../../support/recorder.ts'
import { openWire, startRest } from '../../support/rest-source.ts'
import { until } from '../../support/until.ts'

const GOOD = 'POST /orders HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}'

describe('a REST inbound that stops', () => {
  it('finishes what runs, tells kept-alive connections 503, takes no new ones, and closes all', async () => {
    const recorder = createRecorder()
    const rest = await startRest({ sources: [{ options: 'POST /orders' }] }, recorder.gateway)
    const idle = await openWire(rest.port, GOOD)
    await until('the first answer', () => idle.text().includes('HTTP/1.1 202'))
    const held = hold(recorder)
    const busy = await openWire(rest.port, GOOD)
    await until('the message is with the gateway', held.reached)
    const stopped = rest.stop()
    idle.socket.write(GOOD)
    await idle.closed
    expect(idle.text()).to.match(/HTTP\/1\.1 503 [\s\S]*Retry-After: 5[\s\S]*Connection: close[\s\S]*"code":"DRAINING"/)
    expect(
      await openWire(rest.port).then(
        () => 'open',
        () => 'refused',
      ),
    ).to.equal('refused')
    held.release()
    await stopped
    await busy.closed
    expect(busy.text()).to.match(/^HTTP\/1\.1 202 [\s\S]*Connection: close/)
    expect(recorder.accepted).to.have.length(2)
  })

  it('says which address it cannot have', async () => {
    const { gateway } = createRecorder()
    const first = await startRest({ sources: [{ options: 'POST /orders' }] }, gateway)
    const error = await startRest({ sources: [{ options: 'POST /orders' }], port: first.port }, gateway).catch((caught: unknown) => caught)
    expect(error).to.include({ code: 'EADDRINUSE' })
    expect(String(error)).to.include(`listen.http is 127.0.0.1:${first.port}: another process listens there`)
    await first.stop()
  })

  it('refuses two sources of one method and path', async () => {
    const sources = [{ options: 'POST /orders' }, { options: 'POST /orders', route: 'other' }]
    const error = await startRest({ sources }, createRecorder().gateway).catch((caught: unknown) => caught)
    expect(String(error)).to.include('two sources claim POST /orders')
  })
})
