/** The files of a new project, by path. It runs as it is: its one system has a stand-in that refuses once and then says yes. */
export function initFiles(name: string): Readonly<Record<string, string>> {
  return {
    'waybill.yaml': PROJECT.replace('NAME', name),
    'tests/orders.yaml': TESTS,
    'samples/order.json': SAMPLE,
    '.gitignore': '# The store of the gateway: messages, receipts, the ledger, the admin token.\ndata/\n',
  }
}

const PROJECT = `# A small Waybill project. Start it, with the warehouse played by a stand-in:
#
#   waybill run --stand-ins
#   curl -i -H 'Content-Type: application/json' -d @samples/order.json http://127.0.0.1:8080/orders
#
# The answer 202 means: durable, and on its way. Its receipt tells how far each target has got; "waybill explain ID" tells all of it.

waybill: 1
name: NAME

listen:
  http: 127.0.0.1:8080          # where senders post
  admin: 127.0.0.1:8081         # health, metrics, and what the waybill commands talk to

# queue: { rabbitmq: { url: '\${env:RABBITMQ_URL}' } }    # without this line the queue is embedded: nothing else to install

systems:
  warehouse:
    description: Packs and ships
    owner: logistics@example.com
    rest: { url: http://127.0.0.1:9001/orders }
    standIn:                    # plays it with --stand-ins and in tests
      - { fail: [503], status: 201 }

routes:
  orders:
    description: Orders of the shop to the warehouse
    owner: order-desk@example.com
    from: { rest: POST /orders }
    key: body.id                # the business key: waybill commands and receipts find the message by it
    once: body.id               # the same order again is the same message, whoever sends it
    to:
      first:                    # the first branch that holds
        - { when: body.total > 0, to: warehouse }
        - { otherwise: none, because: an order without a value is a test of the shop }

defaults:
  retry: { delays: [1s, 5s, 1m], giveUpAfter: 1d }
`

const TESTS = `# waybill test runs these, with no network and no broker.
- test: an order goes to the warehouse
  send: { to: orders, body: samples/order.json }
  expect:
    answer: { status: 202 }
    to: { warehouse: { body: { id: SO-1, total: 42.5 } } }
    only: true

- test: an order without a value stays here
  send: { to: orders, body: { id: SO-0, total: 0 } }
  expect:
    answer: { status: 202 }
    because: an order without a value is a test of the shop
`

const SAMPLE = `{
  "id": "SO-1",
  "customer": "Ada",
  "lines": [{ "sku": "MUG-01", "quantity": 2, "price": 21.25 }],
  "total": 42.5
}
`
