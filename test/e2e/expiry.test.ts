import { expect } from 'chai'
import { removeProjects, startProject, type TestGateway } from '../support/gateway.ts'
import { startTarget, type Target } from '../support/target.ts'
import { balanced, order, receiptWhen } from './sender.ts'

const project = (url: string) => `waybill: 1
name: offers
defaults: { retry: { delays: [50ms], giveUpAfter: 1h, jitter: 0 } }
systems:
  board: { rest: '${url}' }
routes:
  offers: { from: { rest: POST /orders }, expiresAfter: 300ms, to: board }
`

describe('a message that is of use only for a while', () => {
  let gateway: TestGateway
  let board: Target

  before(async () => {
    board = await startTarget()
    gateway = await startProject({ files: { 'waybill.yaml': project(board.url) } })
  })
  after(async () => {
    await gateway?.end()
    await board.stop()
    removeProjects()
  })

  it('is delivered while it is', async () => {
    const receipt = await receiptWhen(gateway, await order(gateway, { id: 'O-1' }), 'delivered')
    expect(receipt.targets[0]).to.include({ state: 'delivered' })
  })

  it('is expired, and not dead, when its target was not well for so long', async () => {
    await board.program({ status: 503 })
    const receipt = await receiptWhen(gateway, await order(gateway, { id: 'O-2' }), 'failed')
    expect(receipt.targets[0]).to.include({ state: 'expired' })
    await balanced(gateway)
  })
})
