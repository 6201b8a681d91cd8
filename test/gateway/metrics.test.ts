import { expect } from 'chai'
import { Registry } from 'prom-client'
import { createMetrics } from '../../gateway/metrics.ts'

describe('metrics', () => {
  const metrics = createMetrics()
  after(() => metrics.close())

  it('tells each count under its labels', async () => {
    metrics.accepted('orders')
    metrics.accepted('orders')
    metrics.duplicate('orders')
    metrics.refused('NO_ROUTE')
    metrics.delivered('orders', 'warehouse')
    metrics.retried('orders', 'warehouse')
    metrics.dead('orders', 'accounting.invoice', 'EXHAUSTED')
    metrics.observe({
      targets: async () => [{ target: 'warehouse', inFlight: 2, queued: 9, oldestAt: Date.now() - 60_000, breakerOpen: true }],
      commitMs: () => ({ p50: 1.5, p99: 4 }),
      queueUp: () => true,
    })
    const text = await metrics.text()
    const lines = [
      'waybill_accepted_total{route="orders"} 2',
      'waybill_duplicates_total{route="orders"} 1',
      'waybill_refused_total{code="NO_ROUTE"} 1',
      'waybill_delivered_total{route="orders",target="warehouse"} 1',
      'waybill_retried_total{route="orders",target="warehouse"} 1',
      'waybill_dead_total{route="orders",target="accounting.invoice",reason="EXHAUSTED"} 1',
      'waybill_in_flight{target="warehouse"} 2',
      'waybill_queued{target="warehouse"} 9',
      'waybill_breaker_open{target="warehouse"} 1',
      'waybill_queue_up 1',
      'waybill_store_commit_seconds{quantile="0.5"} 0.0015',
      'waybill_store_commit_seconds{quantile="0.99"} 0.004',
    ]
    for (const line of lines) expect(text.split('\n')).to.include(line)
    expect(text).to.match(/^waybill_queue_age_seconds\{target="warehouse"\} 60/m)
    expect(text).to.match(/^waybill_event_loop_delay_seconds\{quantile="0.99"\} \d/m)
  })

  it('come with the type that Prometheus asks for', () => {
    expect(metrics.contentType).to.equal(new Registry().contentType)
  })

  it('sums up for the status', () => {
    expect(metrics.totals()).to.deep.equal({ accepted: 2, duplicates: 1, refused: 1, delivered: 1, retried: 1, dead: 1 })
  })

  it('keeps its counters when the store does not answer', async () => {
    const alone = createMetrics()
    alone.accepted('orders')
    alone.observe({
      targets: () => Promise.reject(new Error('the store is away')),
      commitMs: () => ({ p50: 0, p99: 0 }),
      queueUp: () => false,
    })
    const text = await alone.text()
    alone.close()
    expect(text).to.include('waybill_accepted_total{route="orders"} 1').and.include('waybill_queue_up 0')
  })
})
