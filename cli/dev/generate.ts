import { writeGenerated } from './generated.ts'

// `npm run generate`, in the repository's folder.
const written = writeGenerated(process.cwd())
console.log(written.length === 0 ? 'All generated files are fresh.' : `Wrote ${written.join(', ')}`)
