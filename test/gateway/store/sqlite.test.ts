import { storeConformance } from '../../conformance/store.ts'
import { createPlace } from './place.ts'

storeConformance('SQLite', () => createPlace())
