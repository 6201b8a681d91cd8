import type { Bench } from './bench.ts'
import { embedded } from './embedded.ts'
import { footprint } from './footprint.ts'
import { backlog, receipts } from './full-store.ts'
import { manyRoutes } from './many-routes.ts'
import { memory } from './memory.ts'
import { peers } from './peers.ts'
import { remembered } from './remembered.ts'
import { rows } from './rows.ts'
import { sftpIn } from './sftp-in.ts'
import { xml } from './xml.ts'

/** Everything that README and docs quote, in the order of the page. */
export const benches: readonly Bench[] = [peers, embedded, manyRoutes, backlog, receipts, footprint, xml, rows, memory, sftpIn, remembered]
